/* Walks the table of faults: each row under each trigger, in a tree that is at work; each that lasts, until
 * it is healed and until its time is over. */
#include "tests/support/stage.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A server that keeps memory, takes descriptors, looks at its clock, and dies once a second.  Here no
 * processes are made for those who want one; the fault that needs a disk only asks whether there would be
 * one. */
static const char tree[] =
	"duration: 9s\n"
	"tree:\n"
	"  id: app\n"
	"  intensity: 1000\n"
	"  period: 1s\n"
	"  children:\n"
	"    - {id: database, worker: {behaviour: external}}\n"
	"    - id: a\n"
	"      worker: {behaviour: server, calls: app/database, keeps: 1KiB, deadlines: true}\n"
	"      isolation: process\n"
	"      disk: 64KiB\n"
	"    - {id: b, worker: {behaviour: source, to: app/a, rate: 20, timeout: 300ms, retries: 1}}\n"
	"    - id: sub\n"
	"      intensity: 1000\n"
	"      period: 1s\n"
	"      children: [{id: x}]\n"
	"method:\n"
	"  - {at: 1s, action: crash, target: app/a, id: first}\n"
	"  - {every: 700ms, action: crash, target: app/a, id: again, reason: tick}\n"
	"  - {every: 900ms, action: kill, target: app/sub, id: above, times: 5}\n";

static const char *target_of(const struct inj_fault *fault)
{
	return fault->aim == INJ_AIM_SUPERVISOR ? "app/sub" : "app/a";
}

/* The parameters that have to be given. */
static const char *needs_of(const struct inj_fault *fault)
{
	static char text[64];

	text[0] = '\0';
	for (size_t i = 0; fault->params[i].name != NULL; i++) {
		const char *value = fault->params[i].type == INJ_PATH ? "app/b" : "boom";

		if (fault->params[i].mandatory)
			snprintf(text, sizeof(text), ", %s: %s", fault->params[i].name, value);
	}
	return fault->some_param ? ", intensity: 900" : text;
}

struct seen {
	const struct inj_fault *fault;
	unsigned fired, healed;
	rt_time healed_at;
};

static void watch(void *ctx, const struct rt_event *event, const void *ext)
{
	struct seen *seen = ctx;

	if (event->kind != INJ_EV_FIRED && event->kind != INJ_EV_HEALED)
		return;
	const char *id = ((const struct inj_event_ext *)ext)->action->id;

	if (id == NULL || strcmp(id, "it") != 0)
		return;
	seen->fired += event->kind == INJ_EV_FIRED;
	seen->healed += event->kind == INJ_EV_HEALED;
	if (event->kind == INJ_EV_HEALED)
		seen->healed_at = event->t;
}

/* Run the tree with this action in its method. */
static struct seen run(const struct inj_fault *fault, const char *keys, const char *more)
{
	struct seen seen = { .fault = fault };
	char *text;

	assert_true(asprintf(&text, "%s  - {action: %s, target: %s, id: it%s%s}\n%s", tree, fault->name,
			     target_of(fault), needs_of(fault), keys, more) > 0);
	struct stage *stage = stage_new(text, NULL);

	assert_int_equal(rt_observe(scn_world_rt(stage->world), watch, &seen), RT_OK);
	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	if (scn_world_result(stage->world).verdict != SCN_PASS)
		fail_msg("%s%s: %s", fault->name, keys, scn_world_result(stage->world).text);
	stage_free(stage);
	free(text);
	return seen;
}

/* Requests to supervisors may be refused, and a heal needs something to heal. */
static bool stands_alone(const struct inj_fault *fault)
{
	return !fault->call && !fault->heals;
}

static void each_fault_fires_under_each_trigger(void **state)
{
	static const char *const triggers[] = {
		"",
		", at: 2s",
		", every: 1s, times: 3",
		", every: 500ms, skip: 2, cooldown: 1s",
		", after: {messages: 5, of: app/a}",
		", after: {restarts: 2, of: app/a}, times: 2",
		", on: {event: start, of: app/a}",
		", on: {event: restart, of: 'app/*'}, probability: 90%",
		", probability: 60%, required: true",
		", mode: one, at: 1500ms",
		", mode: fixed-percent, value: 50, every: 2s, times: 3",
	};

	(void)state;
	for (size_t i = 0; i < inj_faults_count; i++) {
		for (size_t t = 0; t < COUNT(triggers) && stands_alone(&inj_faults[i]); t++) {
			/* A supervisor handles no messages. */
			if (inj_faults[i].aim == INJ_AIM_SUPERVISOR && strstr(triggers[t], "60%"))
				continue;
			if (run(&inj_faults[i], triggers[t], "").fired == 0)
				fail_msg("%s does not fire with%s", inj_faults[i].name, triggers[t]);
		}
	}
}

static void each_lasting_fault_ends_with_its_duration(void **state)
{
	(void)state;
	for (size_t i = 0; i < inj_faults_count; i++) {
		/* What lasts on a process ends with it, too, so it is over before that dies. */
		if (!inj_faults[i].lasting)
			continue;
		bool opens = inj_chance_opens(inj_faults[i].chance);
		struct seen seen = run(&inj_faults[i],
				       opens ? ", at: 2150ms, duration: 400ms, times: 1000, required: false"
					     : ", at: 2150ms, duration: 400ms",
				       "");

		if (seen.healed != 1)
			fail_msg("%s fired %u times and was healed %u times", inj_faults[i].name, seen.fired,
				 seen.healed);
		assert_int_equal(seen.healed_at, 2550 * RT_MS);
	}
}

static void each_lasting_fault_can_be_healed(void **state)
{
	(void)state;
	for (size_t i = 0; i < inj_faults_count; i++) {
		if (!inj_faults[i].lasting)
			continue;
		bool opens = inj_chance_opens(inj_faults[i].chance);
		struct seen seen = run(&inj_faults[i],
				       opens ? ", at: 2150ms, times: 1000, required: false" : ", at: 2150ms",
				       "  - {action: heal, target: 'app/**', at: 2160ms, required: true}\n");

		if (seen.healed != 1 || seen.healed_at != 2160 * RT_MS)
			fail_msg("%s is not healed", inj_faults[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_fires_under_each_trigger),
		cmocka_unit_test(each_lasting_fault_ends_with_its_duration),
		cmocka_unit_test(each_lasting_fault_can_be_healed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
