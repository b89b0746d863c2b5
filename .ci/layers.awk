# Fails on a forbidden #include, and draws what the includes say.
#
#   awk -f layers.awk .ci/layers FILE...
#
# The first file is the allow-list, the others are C sources named from the top folder.  An include with a
# slash names another folder; one without is of the own folder; <...> is a library from elsewhere.

function fault(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	bad++
}

FILENAME == ARGV[1] {
	sub(/#.*/, "")
	if (NF == 0)
		next
	if ($1 == "foreign") {
		sub(/:$/, "", $3)
		home[$2] = $3
		for (i = 4; i <= NF; i++)
			library[$i] = $2
		next
	}
	name = $1
	sub(/:$/, "", name)
	if (name == "generated") {
		for (i = 2; i <= NF; i++)
			generated[$i] = 1
		next
	}
	if (name != "tests")
		folder[++folders] = name
	known[name] = 1
	for (i = 2; i <= NF; i++) {
		allowed[name, $i] = 1
		rank[name, i] = $i
	}
	ranks[name] = NF
	next
}

FNR == 1 {
	depth = split(FILENAME, part, "/")
	own = part[1]
	if (own == "scenarios" && part[2] == "workers")
		own = part[depth] ~ /^test_/ ? "tests" : "workers"
	here = FILENAME
	sub(/[^\/]*$/, "", here)
	kernel = FILENAME ~ /\.bpf\.[ch]$/
	if (!(own in known))
		fault("folder '" own "' is not in .ci/layers")
}

/^[ \t]*#[ \t]*include[ \t]*<ut(hash|list|array|string)\.h>/ && own == "runtime" {
	fault("uthash belongs above runtime/")
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
	target = $0
	sub(/^[^"<]*["<]/, "", target)
	sub(/[">].*/, "", target)
	if ($0 ~ /^[ \t]*#[ \t]*include[ \t]*</) {
		if (own == "tests" || kernel || !(target in library))
			next
		lib = library[target]
		if (FILENAME ~ /\.h$/)
			fault("<" target "> in a header; a library from elsewhere belongs into one .c file")
		else if (home[lib] != "*" && home[lib] != own)
			fault("<" target ">: " lib " belongs into " home[lib] "/")
		else if (lib in user && user[lib] != FILENAME)
			fault("<" target ">: " lib " is already used by " user[lib] "; one .c file for each library")
		else
			user[lib] = FILENAME
		next
	}
	if (target in generated)
		next
	if (target in library || target ~ /^(uthash|utlist|utarray|utstring)\.h$/) {
		fault("\"" target "\" is not ours: <" target ">")
		next
	}
	if (target !~ /\//)
		next
	if (target ~ /(^|\/)\.\.?\//) {
		fault("\"" target "\": name the folder, without dots")
		next
	}
	split(target, step, "/")
	if (step[1] == own && own != "tests") {
		fault("\"" target "\": the own folder is not named")
		next
	}
	if (!((own, target) in allowed) && !((own, "*") in allowed)) {
		fault(own " may not include \"" target "\"")
		next
	}
	seen[own, target] = 1
}

END {
	if (bad) {
		printf "layers: %d forbidden\n", bad
		exit 1
	}
	for (i = 1; i <= folders; i++) {
		from = folder[i]
		drawn = 0
		# In the order of the list, so that the drawing does not depend on who includes what first.
		for (j = 2; j <= ranks[from]; j++) {
			target = rank[from, j]
			if (!((from, target) in seen))
				continue
			split(target, step, "/")
			header = substr(target, length(step[1]) + 2)
			edge[from, step[1]] = edge[from, step[1]] (edge[from, step[1]] ? ", " : "") header
		}
		for (j = 1; j <= folders; j++) {
			to = folder[j]
			if (!((from, to) in edge))
				continue
			name = drawn++ ? "  |" : from " "
			dashes = substr("------------", 1, 12 - length(name))
			printf "%s%s> %s (%s)\n", name, dashes, to, edge[from, to]
		}
		if (!drawn)
			print from
	}
}
