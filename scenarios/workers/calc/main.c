/* main.c - the calculator as a program: an expression in, a number out. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "eval.h"

int main(int argc, char **argv)
{
	struct drawn drawn;
	const char *text = argc == 2 ? argv[1] : "";

	if (argc == 3 && strcmp(argv[1], "--question") == 0) {
		drawn = draw(strtoull(argv[2], NULL, 0));
		text = drawn.text;
		printf("%s\n", text);
		fflush(stdout);
	} else if (argc != 2) {
		fprintf(stderr, "usage: %s EXPRESSION | --question NUMBER\n", argv[0]);
		return 64;
	}
	struct eval_result result = eval(text);
	if (result.status == EVAL_OK) {
		printf("%" PRId64 "\n", result.value);
		return 0;
	}
	if (result.status == EVAL_SYNTAX)
		fprintf(stderr, "%s\n%*s^ ", text, (int)result.at, "");
	fprintf(stderr, "%s\n", eval_status_text(result.status));
	return 1;
}
