/* seen.c - the world's one observer: looks an event up and hands it on. */
#include "seen.h"

#include "arena.h"
#include "fired.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

/* --- what is seen -------------------------------------------------------------------------------------- */

struct children {
	struct rt_child_info *item;
	size_t count, size;
	bool failed;
};

static bool collect_child(void *ctx, const struct rt_child_info *child)
{
	struct children *children = ctx;

	struct rt_child_info *item =
		scn_mem_grow(children->item, &children->size, children->count, sizeof(*item));

	if (!item) {
		children->failed = true;
		return false;
	}
	children->item = item;
	children->item[children->count++] = *child;
	return true;
}

/* which_children shows the latest record first. */
static void answer_children(struct scn_world *world, rt_id supervisor)
{
	struct scn_text *answer = &world->answer;
	struct children children = { .item = NULL };

	(void)!rt_children(world->rt, supervisor, collect_child, &children);
	scn_text_add(answer, "[");
	for (size_t i = children.count; i-- > 0 && !children.failed;) {
		const struct rt_child_info *child = &children.item[i];
		struct scn_name *name = scn_names_atom(world->names, child->name);
		if (!name) {
			children.failed = true;
			break;
		}
		scn_text_add(answer, "[\"");
		scn_text_put(answer, name->json, name->json_length);
		scn_text_format(answer, "\",\"%s\",\"%s\"]%s", rt_child_state_text(child->state),
				rt_type_text(child->type), i > 0 ? "," : "");
	}
	scn_text_add(answer, "]");
	answer->failed |= children.failed;
	scn_mem_free(children.item);
}

static void answer_counts(struct scn_text *answer, const struct rt_counts *counts)
{
	scn_text_format(answer, "{\"specs\":%lld,\"active\":%lld,\"supervisors\":%lld,\"workers\":%lld}",
			(long long)counts->specs, (long long)counts->active, (long long)counts->supervisors,
			(long long)counts->workers);
}

static void answer_spec(struct scn_text *answer, const struct rt_spec_info *spec)
{
	scn_text_format(answer, "{\"restart\":\"%s\",\"shutdown\":", rt_restart_text(spec->restart));
	if (spec->shutdown_ms == RT_SHUTDOWN_INFINITY || spec->shutdown_ms == RT_SHUTDOWN_BRUTAL_KILL)
		scn_text_format(answer, "\"%s\"",
				spec->shutdown_ms == RT_SHUTDOWN_INFINITY ? "infinity" : "brutal_kill");
	else
		scn_text_format(answer, "%lld", (long long)spec->shutdown_ms);
	scn_text_format(answer, ",\"significant\":\"%s\",\"type\":\"%s\"}",
			spec->significant ? "true" : "false", rt_type_text(spec->type));
}

static void write_answer(struct scn_world *world, struct scn_seen *seen)
{
	const struct rt_reply *reply = seen->ext;
	struct scn_text *answer = &world->answer;

	scn_text_clear(answer);
	seen->text_is_json = true;
	switch (reply->answer) {
	case RT_ANSWER_CHILDREN:
		answer_children(world, rt_path_actor(world->rt, reply->supervisor));
		break;
	case RT_ANSWER_COUNTS:
		answer_counts(answer, &reply->counts);
		break;
	case RT_ANSWER_SPEC:
		answer_spec(answer, &reply->spec);
		break;
	default: {
		char word[256];
		size_t length = rt_reply_text(world->rt, reply, word, sizeof(word));
		seen->text_is_json = false;
		if (length < sizeof(word)) {
			scn_text_add(answer, word);
			break;
		}
		/* An answer with a long reason in it. */
		char *whole = scn_mem_alloc(length + 1);
		if (whole) {
			(void)rt_reply_text(world->rt, reply, whole, length + 1);
			scn_text_put(answer, whole, length);
			scn_mem_free(whole);
		}
		answer->failed |= !whole;
	}
	}
	seen->text = answer->data;
}

static void add_named(struct scn_text *text, const char *name, const char *between, const char *value)
{
	scn_text_add(text, " ");
	scn_text_add(text, name);
	scn_text_add(text, between);
	scn_text_add(text, value);
}

/* The words of an action as they would be typed. */
static void add_word(void *ctx, const char *key, enum inj_type type, const char *text)
{
	(void)type;
	if (strcmp(key, "action") == 0)
		return;
	if (strcmp(key, "target") == 0)
		add_named(ctx, "", "", text);
	else
		add_named(ctx, key, "=", text);
}

static void see_fault(struct scn_world *world, struct scn_seen *seen)
{
	const struct inj_event_ext *ext = seen->ext;

	if (ext->index < world->scenario->n_method && world->scenario->fired[ext->index]) {
		seen->text = world->scenario->fired[ext->index];
		seen->of_method = ext->index + 1;
		return;
	}
	scn_text_clear(&world->answer);
	scn_fired_add(&world->answer, ext->action);
	seen->text = world->answer.data;
}

static void see_flags(struct scn_world *world, struct scn_seen *seen, rt_place supervisor)
{
	struct rt_glimpse now;

	if (supervisor == 0 || rt_glimpse(world->rt, rt_path_actor(world->rt, supervisor), &now) != RT_OK)
		return;
	seen->has_flags = true;
	seen->strategy = (uint8_t)now.strategy;
	seen->auto_shutdown = (uint8_t)now.auto_shutdown;
	seen->intensity = now.intensity;
	seen->period_s = now.period_s;
}

static void see_exit(struct scn_world *world, struct scn_seen *seen)
{
	const struct rt_report *report = seen->ext;
	rt_place from = report && report->handling ? rt_actor_place(world->rt, report->msg_from) : 0;

	if (from != 0)
		seen->from = scn_names_path(world->names, from, false);
	if (seen->from && !rt_reason_benign(world->rt, seen->event->reason))
		scn_crashes_event(world->crashes, seen);
}

static __attribute__((noinline)) void see_answer(struct scn_world *world, struct scn_seen *seen)
{
	const struct rt_reply *reply = seen->ext;

	write_answer(world, seen);
	if (seen->event->detail != RT_OP_START || world->root_answered)
		return;
	world->root_answered = true;
	world->root_started = reply->answer == RT_ANSWER_OK_PID;
	world->start_seq = seen->event->seq;
	if (!world->root_started && !world->answer.failed)
		snprintf(world->actual, sizeof(world->actual), "%s", seen->text);
}

static __attribute__((noinline)) void see_input(struct scn_world *world, struct scn_seen *seen)
{
	const struct inj_action *action = seen->ext;

	scn_text_clear(&world->answer);
	scn_text_add(&world->answer, action->fault->name);
	inj_action_each(action, add_word, &world->answer);
	seen->text = world->answer.data;
}

/* Of a few kinds there is more to know, and to count for the verdict.  False: no memory. */
static bool see_details(struct scn_world *world, struct scn_seen *seen)
{
	const struct rt_event *event = seen->event;

	switch (event->kind) {
	case RT_EV_EXIT:
		see_exit(world, seen);
		break;
	case RT_EV_RESULT:
		see_answer(world, seen);
		break;
	case RT_EV_RESTART:
		see_flags(world, seen, event->other);
		world->result.restarts++;
		world->restart_seq = event->seq;
		break;
	case RT_EV_AUTO_SHUTDOWN:
		see_flags(world, seen, event->other ? event->other : rt_path_parent(world->rt, event->place));
		break;
	case RT_EV_GIVE_UP:
		see_flags(world, seen, event->place);
		world->result.escalations++;
		if (rt_path_parent(world->rt, event->place) == 0 && world->root_gave_up == 0)
			world->root_gave_up = event->seq;
		break;
	case RT_EV_FLAGS:
		see_flags(world, seen, event->place);
		break;
	case INJ_EV_FIRED:
		see_fault(world, seen);
		world->result.fired++;
		break;
	case INJ_EV_HEALED:
		see_fault(world, seen);
		break;
	case INJ_EV_INPUT:
		see_input(world, seen);
		break;
	case SCN_EV_EXPECT:
		scn_text_clear(&world->answer);
		scn_text_format(&world->answer, "expect %s", (const char *)seen->ext);
		seen->text = world->answer.data;
		break;
	default:
		return true;
	}
	return seen->from && !world->answer.failed;
}

static void count_instant(struct scn_world *world, rt_time t)
{
	if (world->counting && t == world->instant) {
		world->instant_events++;
	} else {
		world->instant = t;
		world->instant_events = 1;
	}
}

/* The place of a dynamic child that is gone may be given to another path; what is heard of that path first is
 * a start, or a fault that is about a start, and so about no process yet. */
static bool may_be_fresh(const struct rt_event *event)
{
	switch (event->kind) {
	case RT_EV_START:
		return event->incarnation <= 1;
	case RT_EV_START_FAILED:
	case RT_EV_START_IGNORED:
		return true;
	case INJ_EV_FIRED:
		return event->actor == RT_NOBODY;
	default:
		return event->kind >= RT_EV_USER;
	}
}

static enum rt_status remember(struct scn_world *world, const struct scn_seen *seen)
{
	enum rt_status status = scn_history_add(world->history, seen);

	if (status == RT_OK)
		status = scn_accounts_event(world->accounts, seen);
	if (status == RT_OK && seen->text)
		status = scn_calls_event(world->calls, seen);
	return status;
}

void scn_world_see(void *ctx, const struct rt_event *event, const void *ext)
{
	struct scn_world *world = ctx;
	struct scn_seen seen = { .event = event, .ext = ext };

	if (world->trouble != RT_OK)
		return;
	seen.path = scn_names_path(world->names, event->place, may_be_fresh(event));
	seen.other = scn_names_path(world->names, event->other, false);
	seen.reason = scn_names_atom(world->names, event->reason);
	seen.from = scn_names_at(world->names, 0);
	if (!seen.path || !seen.other || !seen.reason || !see_details(world, &seen)) {
		world->trouble = RT_ENOMEM;
		return;
	}
	count_instant(world, event->t);
	if (world->journal) {
		seen.step = rt_steps(world->rt);
		seen.move = world->moves;
		scn_journal_event(world->journal, &seen);
	}
	world->trouble = remember(world, &seen);
}
