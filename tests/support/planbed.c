/* planbed.c - see planbed.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "planbed.h"

static const struct rt_child group[] = {
	{ .id = "first", .shutdown_ms = 1000 },
	{ .id = "second", .shutdown_ms = 1000 },
	{ .id = "third", .shutdown_ms = 1000 },
};
static const struct rt_child template = { .id = "template", .shutdown_ms = 1000 };
static const struct rt_child children[] = {
	{ .id = "a", .shutdown_ms = 1000 },
	{ .id = "b", .shutdown_ms = 1000 },
	{ .id = "c", .shutdown_ms = 1000 },
	{ .id = "d", .shutdown_ms = 1000 },
	{ .id = "calm", .shutdown_ms = 2000, .trap_exit = true },
	{ .id = "group",
	  .supervisor = true,
	  .type = RT_SUPERVISOR,
	  .strategy = RT_REST_FOR_ONE,
	  .shutdown_ms = RT_SHUTDOWN_INFINITY,
	  .intensity = 1000000,
	  .period_s = 1,
	  .n_children = 3,
	  .children = group },
	{ .id = "pool",
	  .supervisor = true,
	  .type = RT_SUPERVISOR,
	  .strategy = RT_SIMPLE_ONE_FOR_ONE,
	  .shutdown_ms = RT_SHUTDOWN_INFINITY,
	  .intensity = 1000000,
	  .period_s = 1,
	  .n_children = 1,
	  .children = &template },
};
static const struct rt_child app = { .id = "app",
				     .supervisor = true,
				     .type = RT_SUPERVISOR,
				     .strategy = RT_ONE_FOR_ONE,
				     .shutdown_ms = RT_SHUTDOWN_INFINITY,
				     .intensity = 1000000,
				     .period_s = 1,
				     .n_children = sizeof(children) / sizeof(children[0]),
				     .children = children };

static void remember(void *ctx, const struct rt_event *event, const void *ext)
{
	struct bed *bed = ctx;
	struct bed_event *to = &bed->event[bed->count];
	char buf[RT_ATOM_BUF];

	assert_true(bed->count < BED_EVENTS_MAX);
	bed->count++;
	to->event = *event;
	rt_path_text(bed->rt, event->place, to->path, sizeof(to->path));
	snprintf(to->reason, sizeof(to->reason), "%s", rt_atom_text(bed->rt, event->reason, buf));
	if (event->kind == RT_EV_RESULT)
		rt_reply_text(bed->rt, ext, to->text, sizeof(to->text));
}

struct bed *bed_new(uint64_t seed)
{
	struct bed *bed = bed_new_with(seed, &app);

	assert_true(bed_alive(bed, "app/group/third"));
	return bed;
}

struct bed *bed_new_with(uint64_t seed, const struct rt_child *root)
{
	const struct rt_config config = { .seed = seed, .message_events = true };
	struct bed *bed = test_calloc(1, sizeof(*bed));

	bed->event = test_calloc(BED_EVENTS_MAX, sizeof(*bed->event));
	assert_int_equal(rt_new(&config, &bed->rt), RT_OK);
	assert_int_equal(rt_observe(bed->rt, remember, bed), RT_OK);
	assert_int_equal(inj_plan_new(bed->rt, &bed->plan), RT_OK);
	assert_int_equal(rt_start(bed->rt, root), RT_OK);
	assert_int_equal(rt_run(bed->rt, 0, 100000), RT_OK);
	bed->count = 0;
	return bed;
}

void bed_free(struct bed *bed)
{
	rt_free(bed->rt);
	test_free(bed->event);
	test_free(bed);
}

void bed_parse(const char *line, struct inj_action *action, char *buf, size_t size)
{
	struct rt_error error = { 0 };
	const char *key = "action";
	char *rest = buf;

	assert_true(strlen(line) < size);
	snprintf(buf, size, "%s", line);
	memset(action, 0, sizeof(*action));
	for (char *word = strtok_r(rest, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		char *value = word;

		if (action->target != NULL) {
			value = strchr(word, '=');
			assert_non_null(value);
			*value++ = '\0';
			key = word;
		}
		if (inj_action_set(action, key, value, &error) != RT_OK)
			fail_msg("%s: %s", line, error.text);
		key = "target";
	}
	if (inj_action_check(action, &key, &error) != RT_OK)
		fail_msg("%s: %s", line, error.text);
}

unsigned bed_add(struct bed *bed, const char *line)
{
	struct inj_action action;
	char buf[512];
	unsigned index;

	bed_parse(line, &action, buf, sizeof(buf));
	assert_int_equal(inj_plan_add(bed->plan, &action, &index), RT_OK);
	memset(buf, '?', sizeof(buf)); /* it has to have copied what it needs */
	return index;
}

unsigned bed_input(struct bed *bed, const char *line)
{
	struct rt_event event = { .kind = INJ_EV_INPUT };
	struct inj_action action;
	char buf[512];
	unsigned targets = 12345;
	uint64_t cause;

	bed_parse(line, &action, buf, sizeof(buf));
	rt_because(bed->rt, 0);
	cause = rt_emit(bed->rt, &event, &action);
	assert_int_equal(inj_plan_input(bed->plan, &action, cause, &targets), RT_OK);
	return targets;
}

void bed_begin(struct bed *bed)
{
	inj_plan_begin(bed->plan);
}

enum rt_status bed_try_run(struct bed *bed, rt_time until)
{
	for (unsigned moves = 0; moves < 1000000; moves++) {
		rt_time now = rt_now(bed->rt), next;
		enum rt_status status;

		if (inj_plan_pending(bed->plan)) {
			status = inj_plan_do(bed->plan);
			if (status != RT_OK)
				return status;
			continue;
		}
		status = rt_step(bed->rt);
		if (status == RT_OK)
			continue;
		if (status != RT_EAGAIN)
			return status;
		if (rt_deadline(bed->rt) > now && inj_plan_deadline(bed->plan) <= now) {
			status = inj_plan_do(bed->plan);
			if (status != RT_OK)
				return status;
			continue;
		}
		next = rt_deadline(bed->rt);
		if (inj_plan_deadline(bed->plan) < next)
			next = inj_plan_deadline(bed->plan);
		if (next > until)
			next = until;
		if (next == now)
			return RT_OK;
		rt_advance(bed->rt, next);
	}
	fail_msg("it never comes to rest");
	return RT_EAGAIN;
}

void bed_run(struct bed *bed, rt_time until)
{
	assert_int_equal(bed_try_run(bed, until), RT_OK);
}

unsigned bed_fired(const struct bed *bed, unsigned index)
{
	return inj_plan_info(bed->plan, index).fired;
}

static bool is_meant(const struct bed_event *event, unsigned kind, const char *path)
{
	return event->event.kind == kind && inj_pattern_match(path, event->path);
}

size_t bed_count(const struct bed *bed, const char *word, const char *path)
{
	unsigned kind = inj_event_find(word);
	size_t count = 0;

	assert_int_not_equal(kind, RT_EV_NONE);
	for (size_t i = 0; i < bed->count; i++)
		count += is_meant(&bed->event[i], kind, path);
	return count;
}

const struct bed_event *bed_event(const struct bed *bed, const char *word, const char *path, size_t nth)
{
	unsigned kind = inj_event_find(word);

	for (size_t i = 0; i < bed->count; i++) {
		if (is_meant(&bed->event[i], kind, path) && --nth == 0)
			return &bed->event[i];
	}
	fail_msg("there is no such event: %s %s", word, path);
	return NULL;
}

uint32_t bed_restarts(const struct bed *bed, const char *path)
{
	uint32_t starts = rt_path_starts(bed->rt, rt_path_find(bed->rt, path));

	return starts > 0 ? starts - 1 : 0;
}

rt_id bed_actor(const struct bed *bed, const char *path)
{
	return rt_path_actor(bed->rt, rt_path_find(bed->rt, path));
}

bool bed_alive(const struct bed *bed, const char *path)
{
	return bed_actor(bed, path) != RT_NOBODY;
}

uint64_t bed_hash(const struct bed *bed)
{
	uint64_t hash = rt_state_hash(bed->rt);

	for (size_t i = 0; i < bed->count; i++) {
		const struct rt_event *event = &bed->event[i].event;

		hash = (hash ^ event->kind ^ (uint64_t)event->t ^ event->cause << 20) * 0x100000001b3u;
		for (const char *c = bed->event[i].path; *c != '\0'; c++)
			hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
	}
	return hash;
}
