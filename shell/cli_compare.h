/* cli_compare.h - `treefall run --compare`: what several runs came to, side by side. */
#ifndef SHELL_CLI_COMPARE_H
#define SHELL_CLI_COMPARE_H

#include "scenarios/scenario.h"

#include "output.h"

struct sh_contender;

/* Initialise with zeroes. */
struct sh_comparison {
	struct sh_contender *item;
	size_t count, capacity;
};

/* A run that is over. */
void sh_compare_add(struct sh_comparison *comparison, const char *file, struct scn_world *world,
		    const struct scn_result *result);
void sh_compare_print(const struct sh_comparison *comparison, struct sh_output *out);
/* One line: {"comparison":[{...},...]}. */
void sh_compare_json(const struct sh_comparison *comparison, struct sh_output *out);
void sh_compare_fini(struct sh_comparison *comparison);

#endif
