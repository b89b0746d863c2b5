# What README and the pages of docs/ say is so: the session is what the program prints, links lead somewhere,
# the index of the library is complete, and the broker's tree has the size that it is said to have.
. "$(dirname "$0")/lib.sh"

# The session: lines with a prompt are what was typed, the others what was printed.
session() { sed -n '/^\$ build\/treefall shell/,/^```/p' README.md | sed '1d;$d'; }
session | sed -n 's/^[a-z]* [0-9.]*s> //p' >"$work/typed"
session | sed '/^[a-z]* [0-9.]*s> /d' >"$work/printed"
"$treefall" shell scenarios/library/prismatic.yaml <"$work/typed" >"$work/out" 2>"$work/err"
is "README's session was typed by somebody" test -s "$work/typed"
is "README's session is what the program prints" diff "$work/printed" "$work/out"

for page in README.md docs/*.md docs/decisions/*.md scenarios/library/README.md; do
	missing=$(grep -o '](\([^)#:]*\))' "$page" | sed 's/^](//; s/)$//' | while read -r link; do
		[ -e "$(dirname "$page")/$link" ] || echo "$link"
	done)
	is "links of $page${missing:+: $missing}" test -z "$missing"
done

for file in scenarios/library/*.yaml; do
	name=$(basename "$file")
	is "$name is in the index of the library" grep -qF "[$name]($name)" scenarios/library/README.md
done
is "the index has no scenario that is not there" test \
	"$(grep -c '^| \[' scenarios/library/README.md)" = "$(ls scenarios/library/*.yaml | wc -l)"

run "$treefall" tree scenarios/library/rabbitmq.yaml
says out '^rabbitmq: 120 supervisors, 226 workers' "rabbitmq: 119 supervisors below the root, 226 workers"

sed -n '/^```$/,/^```$/p' docs/architecture.md | sed '1d;/^```$/,$d' >"$work/drawn"
.ci/check-layers >"$work/out" 2>"$work/err"
is "the drawing of docs/architecture.md is what \`make layers\` prints" diff "$work/drawn" "$work/out"
