/* tree_text.h - the tree as lines of text. */
#ifndef SHELL_TREE_TEXT_H
#define SHELL_TREE_TEXT_H

#include "scenarios/scenario.h"

#include "output.h"

/* The subtree at `path`, everything where it is null.  Of more than a few dozen children of one supervisor
 * the first ones and those that were restarted or do not run are shown, unless `all`.  Defaults that the
 * scenario does not say itself are marked.  False: no such path. */
bool sh_tree_print(struct sh_output *out, const struct rt *rt, const struct scn_scenario *scenario,
		   const char *path, bool all);

#endif
