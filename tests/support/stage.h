/* stage.h - tests of runs in the words of scenarios: a file's text, what came of it, what its journal says.
 *
 *	struct stage *stage = stage_run("tree: {id: app, children: [{id: a}]}\n"
 *					"method:\n"
 *					"  - {at: 1s, action: crash, target: app/a, reason: boom}\n");
 *
 *	assert_verdict(stage, SCN_PASS, SCN_KIND_NONE, "");
 *	assert_in_journal(stage, "\"event\":\"exit\",\"id\":\"app/a\"");
 *	stage_free(stage);
 */
#ifndef TESTS_SUPPORT_STAGE_H
#define TESTS_SUPPORT_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/scenario.h"

struct stage {
	struct scn_scenario *scenario;
	struct scn_world *world;
	char *journal;
	size_t length, capacity;
	char path[64]; /* of the journal as a file, once stage_file made it */
};

/* Load `version: 1` and this text, which has to be valid. */
struct scn_scenario *stage_scenario(const char *text);
/* A world that has not moved; `options` may be null, its journal is not looked at. */
struct stage *stage_new(const char *text, const struct scn_options *options);
/* The same of a scenario that is loaded already; the stage frees it. */
struct stage *stage_of(struct scn_scenario *scenario, const struct scn_options *options);
/* Moved until the tree is up, and to its end. */
struct stage *stage_up(const char *text);
struct stage *stage_run(const char *text);
void stage_free(struct stage *stage);

/* As long as the clock is before `until`, since the tree was up; and one instant to its end. */
void stage_until(struct stage *stage, rt_time until);
/* As typed: "crash app/a reason=boom".  Returns on how many targets it took effect. */
unsigned stage_input(struct stage *stage, const char *words);
/* As typed after `expect`. */
struct scn_probe stage_probe(struct stage *stage, const char *words);
void stage_expect(struct stage *stage, const char *words);
bool stage_holds(struct stage *stage, const char *words, char *actual, size_t size);
void stage_finish(struct stage *stage);

/* The journal without its header, which has the whole scenario in it. */
const char *stage_events(const struct stage *stage);
/* The journal in a file of its own, removed with the stage. */
const char *stage_file(struct stage *stage);
/* Write this text to a new file; returns its path, which the caller frees after removing the file. */
char *stage_write_file(const char *text, size_t length);

/* A sink that collects; freed by the caller. */
struct collected {
	char *text;
	size_t length;
};
struct scn_sink collect_into(struct collected *collected);

void assert_verdict_at(const struct stage *stage, enum scn_verdict verdict, enum scn_kind kind,
		       const char *text, const char *file, int line);
/* `text` has to be part of what the verdict says. */
#define assert_verdict(stage, verdict, kind, text)                                                           \
	assert_verdict_at(stage, verdict, kind, text, __FILE__, __LINE__)
void assert_contains_at(const char *text, const char *part, const char *file, int line);
#define assert_contains(text, part)    assert_contains_at(text, part, __FILE__, __LINE__)
#define assert_in_journal(stage, part) assert_contains(stage_events(stage), part)

/* How many times `part` is in the text. */
unsigned count_of(const char *text, const char *part);

#endif
