# docs/supervision.md and the tests name each other: each test that the page names is there, each test of a rule
# is named, below its own rule, and each rule has a test or says why it has none.
. "$(dirname "$0")/lib.sh"

page=docs/supervision.md

# Names that are run, not only written.
grep -hoE 'cmocka_unit_test\((rule|suite)_[a-z0-9_]+' tests/runtime/*.c tests/conformance/*.c |
	sed 's/.*(//' | LC_ALL=C sort >"$work/tests"
grep -oE '`(rule|suite)_[a-z0-9_]+`' $page | tr -d '`' | LC_ALL=C sort >"$work/named"

# none FILE NAME: nothing is left over in FILE.
none() {
	cp "$1" "$work/out"
	is "$2" test ! -s "$1"
}

is "there are tests of rules" test -s "$work/tests"
uniq -d "$work/tests" >"$work/left"
none "$work/left" "no two tests have the same name"
comm -13 "$work/tests" "$work/named" | uniq >"$work/left"
none "$work/left" "each test named in $page is there"
comm -23 "$work/tests" "$work/named" >"$work/left"
none "$work/left" "each test of a rule is named in $page"
awk '
/^- \*\*[0-9]+\.[0-9]+\*\* / {
	rule = $2
	gsub(/\*/, "", rule)
	split(rule, n, ".")
	rules[rule]
}
/^$/ || /^#/ { rule = "" }
rule != "" && /^  No test: / { held[rule] }
{
	line = $0
	while (match(line, /`rule_[0-9]+_[0-9]+_/)) {
		split(substr(line, RSTART + 6, RLENGTH - 7), t, "_")
		if (rule == "" || t[1] != n[1] || t[2] != n[2])
			print FILENAME ":" FNR ": a test of " t[1] "." t[2] " below " (rule == "" ? "no rule" : rule)
		else
			held[rule]
		line = substr(line, RSTART + RLENGTH)
	}
}
END {
	for (r in rules)
		if (!(r in held))
			print "rule " r " has no test and does not say why"
}' $page >"$work/left"
none "$work/left" "each test is named below its rule, and each rule has one"

# Numbers in the code are numbers of the page.
grep -oE '^- \*\*[0-9]+\.[0-9]+\*\*' $page | tr -d '* -' | LC_ALL=C sort >"$work/rules"
grep -hoE '\((rules? )?[0-9]+\.[0-9]+(, [0-9]+\.[0-9]+)*\)|[Rr]ules? [0-9]+\.[0-9]+' runtime/*.[ch] |
	grep -oE '[0-9]+\.[0-9]+' | LC_ALL=C sort -u >"$work/cited"
is "the code cites rules" test -s "$work/cited"
comm -23 "$work/cited" "$work/rules" >"$work/left"
none "$work/left" "each rule that the code cites is on the page"
