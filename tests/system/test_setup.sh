# What `make run` and `make test` do about missing packages, with an apt-get that only writes down what it was
# asked.  A compiler that finds no header makes every library look missing.
. "$(dirname "$0")/lib.sh"

mkdir -p "$work/bin"
cat >"$work/bin/apt-get" <<END
#!/bin/sh
echo "apt-get \$*" >>"$work/asked"
[ ! -e "$work/offline" ]
END
cat >"$work/bin/id" <<END
#!/bin/sh
cat "$work/uid"
END
chmod +x "$work/bin/apt-get" "$work/bin/id"
echo 0 >"$work/uid"
export PATH=$work/bin:$PATH

ends 0 "all is there" .ci/deps install
is "apt-get is not touched when all is there" test ! -e "$work/asked"

export CC=false
ends 0 "as root, what is missing is installed" .ci/deps install
says out 'libfyaml-dev +required +reads scenarios' "it is told what is missing and what for"
is "the lists are fetched first" grep -qx 'apt-get update' "$work/asked"
is "the required packages are installed" grep -q '^apt-get install .*libfyaml-dev .*libcmocka-dev' "$work/asked"
is "no optional one is" bash -c "! grep -qE 'ncurses|libbpf' '$work/asked'"
ends 0 "CI installs the optional ones, too" .ci/deps install all
is "the optional packages are installed" grep -q '^apt-get install .*libbpf-dev' "$work/asked"

touch "$work/offline"
ends 1 "an apt-get that fails stops it" .ci/deps install
says err 'as root: apt-get update && apt-get install .*libfyaml-dev' "it is told what to install"
rm "$work/offline"

echo 1000 >"$work/uid"
printf '#!/bin/sh\necho "sudo $*" >>"%s/asked"\nexec "$@"\n' "$work" >"$work/bin/sudo"
chmod +x "$work/bin/sudo"
rm "$work/asked"
ends 0 "not root: sudo is used" .ci/deps install
is "sudo runs apt-get" grep -q '^sudo apt-get update' "$work/asked"

# Neither root nor sudo: the path has what .ci/deps needs and no more.
mkdir "$work/bare"
for tool in sh grep sed awk cut tr dirname cat printf tail head mkdir false; do
	ln -s "$(command -v $tool)" "$work/bare/$tool"
done
ln -s "$work/bin/id" "$work/bin/apt-get" "$work/bare"
rm "$work/asked" "$work/bin/sudo"
if [ -e /usr/sbin/sudo ] || [ -e /usr/local/sbin/sudo ]; then
	skip "neither root nor sudo: sudo is in an sbin folder here"
else
	ends 1 "neither root nor sudo: it stops" env PATH="$work/bare" .ci/deps install
	is "one line says exactly what to install" test "$(grep -c 'as root: .*libfyaml-dev' "$work/err")" = 1
	is "apt-get is not touched without the right to" test ! -e "$work/asked"
fi
unset CC

ends 0 "make help" make help
for target in all run test workers new-worker bench bench-peers bench-page conformance layers format lint asan ubsan coverage fuzz help clean deps docs install; do
	is "make help lists $target" grep -qE "^  $target +[^ ]" "$work/out"
done
