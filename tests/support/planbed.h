/* planbed.h - a runtime with a tree and a plan, driven as a world drives it, and all events remembered. */
#ifndef TESTS_SUPPORT_PLANBED_H
#define TESTS_SUPPORT_PLANBED_H

#include "inject/inject.h"

#define BED_EVENTS_MAX 20000
#define BED_PATH_MAX   64

struct bed_event {
	struct rt_event event;
	char path[BED_PATH_MAX];
	char reason[BED_PATH_MAX];
	char text[BED_PATH_MAX]; /* of results: the answer */
};

struct bed {
	struct rt *rt;
	struct inj_plan *plan;
	struct bed_event *event;
	size_t count;
};

/* The tree is up and quiet when this returns; its supervisors allow any number of restarts:
 *
 *   app                 one_for_one
 *     a b c d           plain workers
 *     calm              traps exits; shutdown 2s
 *     group             rest_for_one: first second third
 *     pool              simple_one_for_one, permanent; no children yet
 */
struct bed *bed_new(uint64_t seed);
/* Another tree. */
struct bed *bed_new_with(uint64_t seed, const struct rt_child *root);
/* Fails the test if the runtime has not its memory back but for the plan and the tree. */
void bed_free(struct bed *bed);

/* `crash app/a at=2s reason=badarg`, as at the prompt. */
void bed_parse(const char *line, struct inj_action *action, char *buf, size_t size);
unsigned bed_add(struct bed *bed, const char *line);
/* Targets on which it took effect. */
unsigned bed_input(struct bed *bed, const char *line);
void bed_begin(struct bed *bed);
/* Until all is quiet and nothing is due up to and including `until`. */
void bed_run(struct bed *bed, rt_time until);
enum rt_status bed_try_run(struct bed *bed, rt_time until);

unsigned bed_fired(const struct bed *bed, unsigned index);
/* Events of this word about this path or pattern, so far. */
size_t bed_count(const struct bed *bed, const char *word, const char *path);
/* The nth of them, from 1; fails the test if there is none. */
const struct bed_event *bed_event(const struct bed *bed, const char *word, const char *path, size_t nth);
/* Starts but the first. */
uint32_t bed_restarts(const struct bed *bed, const char *path);
bool bed_alive(const struct bed *bed, const char *path);
rt_id bed_actor(const struct bed *bed, const char *path);
/* One number for the whole run so far. */
uint64_t bed_hash(const struct bed *bed);

#endif
