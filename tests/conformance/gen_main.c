/* gen_main.c - writes random cases.
 *
 *   treefall-gen --seed S --count N DIR     writes DIR/S.case, DIR/S+1.case, ...; - is standard output
 */
#include "random_case.h"

#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct options {
	uint64_t seed, count;
	const char *dir;
};

static bool number(const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return !errno && *text >= '0' && *text <= '9' && !*end;
}

static error_t option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 's':
		if (!number(arg, &options->seed))
			argp_error(state, "'%s' is not a seed", arg);
		return 0;
	case 'n':
		if (!number(arg, &options->count))
			argp_error(state, "'%s' is not a count", arg);
		return 0;
	case ARGP_KEY_ARG:
		if (options->dir)
			argp_usage(state);
		options->dir = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp_option rows[] = {
		{"seed", 's', "S", 0, "seed of the first case (1)", 0},
		{"count", 'n', "N", 0, "how many (1); each has the next seed", 0},
		{0},
	};
	static const struct argp argp = {.options = rows,
					 .parser = option,
					 .args_doc = "DIR",
					 .doc = "Write random cases to DIR/SEED.case; - is standard output."};
	struct options options = {.seed = 1, .count = 1};

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	for (uint64_t i = 0; i < options.count; i++) {
		char name[4096];
		FILE *out = stdout;

		snprintf(name, sizeof(name), "%s/%llu.case", options.dir,
			 (unsigned long long)(options.seed + i));
		if (strcmp(options.dir, "-"))
			out = fopen(name, "w");
		if (!out) {
			fprintf(stderr, "treefall-gen: %s: %s\n", name, strerror(errno));
			return 1;
		}
		cnf_random_case(options.seed + i, out);
		if (ferror(out) || (out != stdout && fclose(out) == EOF)) {
			fprintf(stderr, "treefall-gen: %s: %s\n", name, strerror(errno));
			return 1;
		}
	}
	return fflush(stdout) == EOF;
}
