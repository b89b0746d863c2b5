# Write every case that is one cut smaller than the given one to dir/1, dir/2, ...
#
# Cuts: a child with all that is below it and all steps that mention it; a run of steps; a step; a line of a
# burst; a burst around its steps; a key=value.

{ line[++n] = $0 }
$1 == "script" { script = n }

function path(i,    w) { split(line[i], w, /[ \t]+/); return w[2] }
function word(i,    w) { split(line[i], w, /[ \t]+/); return w[1] }

# Print the lines that are kept.
function write_kept(    i, file) {
	file = dir "/" (++files)
	for (i = 1; i <= n; i++)
		if (!(i in gone))
			print line[i] >file
	close(file)
	delete gone
}

function burst_end(i) { while (word(i) != "end") i++; return i }

function cut(from, to,    i) { for (i = from; i <= to; i++) gone[i] = 1 }

END {
	for (i = 2; i < script; i++) {
		if (line[i] ~ /^#/ || word(i) == "template" || path(i) !~ /\//)
			continue
		p = path(i)
		for (j = 1; j <= n; j++) {
			if (j == i || index(path(j), p "/") == 1 || (j > script && path(j) == p))
				cut(j, j > script && word(j) == "burst" ? burst_end(j) : j)
		}
		write_kept()
	}
	# Steps with the lines that they begin and end at.
	for (i = script + 1; i <= n; i = last[steps] + 1) {
		first[++steps] = i
		last[steps] = word(i) == "burst" ? burst_end(i) : i
	}
	for (size = int(steps / 2); size >= 1; size = int(size / 2))
		for (i = 1; i + size - 1 <= steps; i += size) {
			cut(first[i], last[i + size - 1])
			write_kept()
		}
	for (i = 1; i <= steps; i++) {
		if (word(first[i]) != "burst")
			continue
		cut(first[i], first[i])
		cut(last[i], last[i])
		write_kept()
		for (j = first[i] + 1; j < last[i]; j++) {
			cut(j, j)
			write_kept()
		}
	}
	for (i = 1; i <= n; i++) {
		whole = line[i]
		words = split(whole, w, /[ \t]+/)
		for (j = 3; j <= words; j++) {
			if (w[j] !~ /^[a-z_]+=/)
				continue
			# Without its time-out a child that does not stop is waited for too long.
			if (w[j] ~ /^shutdown=/ && whole ~ /on_shutdown=(ignore|delay)/)
				continue
			line[i] = w[1]
			for (k = 2; k <= words; k++)
				if (k != j)
					line[i] = line[i] " " w[k]
			write_kept()
		}
		line[i] = whole
	}
}
