# Reports and pictures: the same bytes each time, exit codes, hostile ids, big trees, a real browser.
#
# The pages in tests/data/report are what the program wrote when somebody last looked at them; with UPDATE=1 in the
# environment they are written anew.
. "$(dirname "$0")/lib.sh"

data=tests/data/report
small=$data/small.yaml
page=$work/small.html

# golden FILE NAME: is what it was, but for hashes and the version, which other tests are about.
golden() {
	local name
	name=$(basename "$1")
	sed -E 's/<dd>[0-9a-f]{16}</<dd>HASH</; s/(treefall( version<.dt><dd>)? ?)[0-9]+\.[0-9.]+/\1VERSION/' "$1" \
		>"$work/golden-$name"
	[ -z "$UPDATE" ] || cp "$work/golden-$name" "$data/$name"
	same "$data/$name" "$work/golden-$name" "$2"
}
hidden() { ! grep -q -- "$2" "$1"; }
size_of() { wc -c <"$1"; }

# --- the same bytes ---
ends 1 "a run that fails writes its report" "$treefall" run --report "html=$page" "$small"
golden "$page" "the page is what it was"
cp "$page" "$work/first.html"
ends 1 "once more" "$treefall" run -q --journal "$work/small.jsonl" --report "html=$page" "$small"
same "$work/first.html" "$page" "the same run is the same page"
ends 0 "report of a journal" "$treefall" report -o "$work/journal.html" "$work/small.jsonl"
diff "$page" "$work/journal.html" >"$work/differ"
is "the page of a journal is that of its run, but for the line to paste" \
	test "$(grep -c '^[<>]' "$work/differ")" = "$(grep -c '^[<>].*The same again' "$work/differ")"
ends 0 "without -o it goes to standard output" "$treefall" report "$work/small.jsonl"
same "$work/journal.html" "$work/out" "and is the same there"
ends 1 "two reports and one on standard output" \
	"$treefall" run --report html=- --report "html=$work/second.html" "$small"
same "$work/first.html" "$work/out" "standard output has the page and nothing else"
same "$work/first.html" "$work/second.html" "and so has the file"
says err '^FAIL ' "the verdict is on standard error then"

ends 0 "the tree as a picture" "$treefall" tree --svg "$work/tree.svg" "$small"
golden "$work/tree.svg" "the picture is what it was"
ends 0 "the tree as a picture on standard output" "$treefall" tree --svg - "$small"
same "$work/tree.svg" "$work/out" "and is the same there"
ends 0 "of the root of a big tree, too" "$treefall" tree --svg "$work/rabbit.svg" scenarios/library/rabbitmq.yaml

# --- exit codes ---
ends 64 "a format that there is not" "$treefall" run --report pdf=x "$small"
says err "'pdf=x' is not FORMAT=FILE with a FORMAT of html" "says which there are"
ends 64 "no file" "$treefall" run --report html "$small"
ends 64 "an empty file name" "$treefall" run --report html= "$small"
ends 64 "the same file twice" "$treefall" run --report "html=$work/x" --report "html=$work/x" "$small"
ends 64 "a report and JSON both on standard output" "$treefall" run --format json --report html=- "$small"
ends 74 "a full disk, of run" "$treefall" run --report html=/dev/full "$small"
ends 74 "a full disk, of report" "$treefall" report -o /dev/full "$work/small.jsonl"
ends 74 "a full disk, of tree" "$treefall" tree --svg /dev/full "$small"
ends 74 "a folder that is not there" "$treefall" run --report "html=$work/none/x.html" "$small"
is "is said before anything runs" test ! -s "$work/out"
cp "$small" "$work/mine.yaml"
ends 64 "a scenario in the place of the report" "$treefall" run --report "html=$work/mine.yaml" "$work/mine.yaml"
ends 64 "a scenario in the place of the picture" "$treefall" tree --svg "$work/mine.yaml" "$work/mine.yaml"
same "$small" "$work/mine.yaml" "the scenario is untouched"
ends 66 "a journal that is not there" "$treefall" report -o "$work/none.html" "$work/none.jsonl"
is "makes no report" test ! -e "$work/none.html"
ends 65 "a scenario is no journal" "$treefall" report -o "$work/none.html" "$small"
head -n 20 "$work/small.jsonl" >"$work/torn.jsonl"
ends 65 "a torn journal" "$treefall" report -o "$work/torn.html" "$work/torn.jsonl"
is "is told as far as it goes" grep -q 'UNFINISHED' "$work/torn.html"

# --- several files ---
echo 'metod: []' >"$work/invalid.yaml"
ends 65 "three files, one of them invalid" \
	"$treefall" run -q --report "html=$work/three.html" "$small" scenarios/library/prismatic.yaml "$work/invalid.yaml"
is "the invalid one is told" grep -q 'not run' "$work/three.html"
is "the others are there" test "$(grep -c '^<article' "$work/three.html")" = 3
is "behind an index" grep -q 'href="#run-3"' "$work/three.html"

# --- hostile ids ---
cat >"$work/hostile.yaml" <<'END'
version: 1
name: "<script>alert(1)</script>"
about: "\"'&</svg></style>"
tree:
  id: "<script>alert(2)</script>"
  intensity: 9
  children:
    - {id: "\u202E\u0007\"'", worker: server}
    - {id: "]]><!--", worker: server}
method:
  - {at: 1s, action: crash, target: "**/]]><!--", reason: "</title><script>"}
  - {at: 2s, action: crash, target: "**/]]><!--", reason: "<!--"}
END
ends 0 "ids that would be markup" "$treefall" run --report "html=$work/hostile.html" "$work/hostile.yaml"
is "there is no script but ours" test "$(grep -c '<script' "$work/hostile.html")" = 1
is "no comment begins" hidden "$work/hostile.html" '<!--'
is "nothing turns the direction of writing" hidden "$work/hostile.html" "$(printf '\342\200\256')"
ends 0 "the same as a picture" "$treefall" tree --svg "$work/hostile.svg" "$work/hostile.yaml"
is "there is no script in it" hidden "$work/hostile.svg" '<script'
if command -v python3 >/dev/null; then
	for picture in tree rabbit hostile; do
		is "$picture.svg is XML" python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' \
			"$work/$picture.svg"
	done
else
	skip "pictures are XML: python3 is not here"
fi

# --- big trees ---
{
	printf 'version: 1\nname: big\ntree:\n  id: root\n  intensity: 100000\n  children:\n'
	for s in $(seq 100); do
		printf '    - id: s%s\n      strategy: one_for_all\n      intensity: 100000\n      children:\n' "$s"
		for w in $(seq 100); do printf '        - {id: w%s, worker: server}\n' "$w"; done
	done
	printf 'method:\n  - {every: 10ms, times: 500, action: crash, target: root/s7/w3, reason: boom}\nduration: 10s\n'
} >"$work/big.yaml"
limit=20 ends 0 "10,000 actors and 500 restarts of a hundred" \
	"$treefall" run --report "html=$work/big.html" "$work/big.yaml"
is "make a page below a megabyte: $(size_of "$work/big.html")" test "$(size_of "$work/big.html")" -lt 1000000
is "which says what it left out" grep -q '40 of 10101 actors' "$work/big.html"
ends 0 "10,000 actors as a picture" "$treefall" tree --svg "$work/big.svg" "$work/big.yaml"
is "which is small, too: $(size_of "$work/big.svg")" test "$(size_of "$work/big.svg")" -lt 300000

# --- a real browser ---
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
look() { # what it does in the end is in $work/out, what the page complains of in $work/err
	limit=60 run "$browser" --headless --no-sandbox --disable-gpu --enable-logging=stderr --hide-scrollbars \
		--user-data-dir="$work/profile" "$@"
}
if [ -n "$browser" ]; then
	for name in first hostile three big; do
		look --dump-dom "file://$work/$name.html"
		is "$name.html: nothing complains" hidden "$work/err" CONSOLE
		is "$name.html: its headings are there" grep -q '<h3>What happened when</h3>' "$work/out"
		is "$name.html: its script ran" grep -q 'aria-label="filter by path"' "$work/out"
	done
	look --window-size=1200,1600 --screenshot="$work/shot.png" "file://$work/first.html"
	is "there is something to see" test "$(size_of "$work/shot.png")" -gt 50000
	look --window-size=800,400 --screenshot="$work/tree.png" "file://$work/tree.svg"
	is "and on the picture" test "$(size_of "$work/tree.png")" -gt 5000
else
	skip "reports in a browser: chromium is not here"
fi
