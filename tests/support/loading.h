/* loading.h - scenarios from texts in tests: load one that is good, or look at what is wrong with another. */
#ifndef TESTS_SUPPORT_LOADING_H
#define TESTS_SUPPORT_LOADING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/scenario.h"

/* A sink that keeps everything; initialise with zeroes. */
struct kept {
	char *text; /* ended; null while empty */
	size_t length;
};
struct scn_sink keep_in(struct kept *kept);
void kept_free(struct kept *kept);

/* A version and a tree with a child of each kind; further keys may follow. */
#define TREE                                                                                                 \
	"version: 1\n"                                                                                       \
	"tree:\n"                                                                                            \
	"  id: core\n"                                                                                       \
	"  children:\n"                                                                                      \
	"    - {id: cache}\n"                                                                                \
	"    - {id: storage}\n"                                                                              \
	"    - id: telemetry\n"                                                                              \
	"      children:\n"                                                                                  \
	"        - {id: collector}\n"                                                                        \
	"    - {id: pool, strategy: simple_one_for_one, template: {}, start: 2}\n"

/* Fails the test, showing the diagnostics, if the text is not a scenario. */
struct scn_scenario *load_good(const char *text);
/* Fails the test unless loading gives exactly these, `line:column: reason` with line ends between them. */
void assert_wrong(const char *text, const char *diagnostics);
/* The child at a path of plain ids below the root; fails the test if there is none. */
const struct rt_child *child_at(const struct scn_scenario *scenario, const char *path);
/* Allocated; for free(). */
char *as_json(const struct scn_scenario *scenario);
char *as_yaml(const struct scn_scenario *scenario);

#endif
