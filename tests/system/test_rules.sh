# The checks of our own rules find what they are there to find: each breach is planted in a copy of the sources.
. "$(dirname "$0")/lib.sh"

plant() { # RULE FILE TEXT [WHAT]: the check RULE fails when FILE says TEXT
	local rule=$1 file=$2 text=$3 what=${4:-$3}
	rm -rf "$work/copy"
	mkdir -p "$work/copy"
	cp -r runtime inject scenarios viz probes shell "$work/copy"
	mkdir -p "$work/copy/tests/runtime"
	mkdir -p "$(dirname "$work/copy/$file")"
	printf '/* planted */\n%b\n' "$text" >"$work/copy/$file"
	run ".ci/$rule" "$work/copy"
	if [ $status != 0 ] && grep -q "$file" "$work/out"; then
		ok "$rule finds $what in $file"
	else
		not_ok "$rule finds $what in $file"
	fi
}

mkdir -p "$work/copy"
cp -r runtime inject scenarios viz probes shell "$work/copy"
mkdir -p "$work/copy/tests"
ends 0 "check-layers is content without a breach" .ci/check-layers "$work/copy"

plant check-layers runtime/planted.c '#include "inject/inject.h"'
plant check-layers runtime/planted.c '#include <uthash.h>'
plant check-layers runtime/planted.c '#include "runtime/runtime.h"'
plant check-layers inject/planted.c '#include "scenarios/scenario.h"'
plant check-layers inject/planted.c '#include "runtime/core.h"'
plant check-layers viz/planted.c '#include "runtime/runtime.h"'
plant check-layers viz/planted.c '#include "probes/probes.h"'
plant check-layers probes/planted.h '#include <bpf/libbpf.h>'
plant check-layers scenarios/planted.c '#include "shell/command.h"'
plant check-layers scenarios/planted.c '#include <readline/readline.h>'
plant check-layers scenarios/planted.c '#include "../inject/inject.h"'
plant check-layers shell/planted.c '#include "scenarios/node.h"'
plant check-layers shell/planted.c '#include <libfyaml.h>'

plant check-layers shell/planted.c '#include <readline/readline.h>\n#include "tests/support/x.h"' 'tests'

plant lint runtime/planted.c 'int a;  ' 'trailing blanks'
plant lint runtime/planted.c '/* TO''DO: more */' 'a leftover marker'
plant lint runtime/planted.c "$(printf '%0120d' 0)" 'a long line'
plant lint runtime/planted.c "$(seq 701)" 'a long file'
plant lint shell/planted.c 'const char *p = "/ho''me/me/x";' 'a path of a machine'
plant lint tests/runtime/planted.c 'int a; \r' 'a carriage return'
