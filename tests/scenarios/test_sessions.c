/* Random sessions at the prompt: each replays from its journal, and what was saved of it, where the file says
 * that it is exact, goes the same way. */
#include "tests/support/stage.h"

#include <unistd.h>

#define SESSIONS 1000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const strategies[] = { "one_for_one", "one_for_all", "rest_for_one" };
static const char *const workers[] = { "app/a",      "app/b",      "app/c%20d", "app/sub/x", "app/sub/y",
				       "app/pool/1", "app/pool/2", "app/*",     "app/**",    "app/sub/*" };
static const char *const supervisors[] = { "app/sub", "app", "app/pool" };
static const char *const modes[] = {
	"", "", "", "mode=one", "mode=fixed value=2", "mode=random-max-percent value=80"
};
static const char *const triggers[] = {
	"",
	"",
	"at=100ms",
	"at=1s",
	"every=500ms times=3",
	"every=1s cooldown=2s times=2",
	"on.event=exit times=3",
	"on.event=ready times=2",
	"on.event=start on.of=app/* skip=1 times=2",
	"on.event=shutdown on.of=app/b probability=50% times=2",
	"after.restarts=1 times=3",
	"after.restarts=2 after.of=app/sub/* times=2",
	"after.messages=2 times=2",
	"probability=30% times=4",
};
/* At %s a worker or a supervisor. */
static const char *const faults[] = {
	"crash %s reason=boom",   "exit %s reason=normal",       "kill %s",
	"hang %s duration=150ms", "ignore_shutdown %s",          "signal %s reason=kill",
	"send %s count=3",        "init_fail %s duration=700ms", "heal %s",
	"slow_init %s by=250ms times=3",
	"drop %s times=3",
	"duplicate %s copies=2 times=2 duration=400ms",
	"delay %s by=70ms times=4",
	"reorder %s within=200ms probability=50% duration=300ms",
	"partition %s from=app/load duration=300ms",
	"slow %s by=40ms duration=200ms",
	"alloc_fail %s nth=2",
	"fd_exhaust %s duration=200ms",
	"mailbox_flood %s count=9",
	"dependency_down %s how=silent duration=500ms",
	"dependency_slow %s by=60ms",
	"dependency_wrong %s duration=1s",
	"clock_jump %s by=1s way=back duration=1s",
	"segv %s",
};
static const char *const requests[] = {
	"set %s intensity=9",       "start_child %s child=n",  "terminate_child %s child=x",
	"restart_child %s child=x", "delete_child %s child=a", "kill %s",
};
static const rt_time waits[] = { 0, 100 * RT_MS, 300 * RT_MS, RT_SECOND };

static const char *pick(struct rt_rng *rng, const char *const *texts, size_t count)
{
	return texts[rt_rng_below(rng, count)];
}
#define PICK(rng, texts) pick(rng, texts, COUNT(texts))

static char *random_tree(struct rt_rng *rng)
{
	char *text;

	assert_true(
		asprintf(&text,
			 "duration: 5s\n"
			 "seed: %u\n"
			 "tree:\n"
			 "  id: app\n"
			 "  strategy: %s\n"
			 "  intensity: %u\n"
			 "  children:\n"
			 "    - {id: a, worker: {behaviour: server, calls: app/b, keeps: 1KiB, deadlines: "
			 "true}}\n"
			 "    - {id: b, trap_exit: true, on_shutdown: 'delay:30ms', shutdown: 20ms}\n"
			 "    - {id: c d, restart: transient}\n"
			 "    - id: sub\n"
			 "      strategy: %s\n"
			 "      intensity: %u\n"
			 "      children: [{id: x}, {id: y, restart: temporary, starts: 'ok,fail:no,ok'}]\n"
			 "    - {id: pool, strategy: simple_one_for_one, template: {worker: server}, start: "
			 "3}\n"
			 "    - {id: load, worker: {behaviour: source, to: app/a, rate: 9, retries: 1}}\n"
			 "method:\n"
			 "  - {at: 1s, action: crash, target: app/a}\n"
			 "  - {every: 700ms, times: 3, action: kill, target: 'app/sub/*', mode: one}\n",
			 (unsigned)rt_rng_below(rng, 100), PICK(rng, strategies),
			 (unsigned)rt_rng_below(rng, 30), PICK(rng, strategies),
			 (unsigned)rt_rng_below(rng, 10)) > 0);
	return text;
}

/* False when the prompt would refuse it, or the run is over. */
static bool type(struct stage *stage, struct rt_rng *rng)
{
	bool request = rt_rng_below(rng, 3) == 0;
	char line[256], fault[128], target[32], *rest = line, *word;
	struct inj_action action = { .fault = NULL };
	struct rt_error error;
	unsigned count = 0;
	const char *key;

	snprintf(target, sizeof(target), "%s", request ? PICK(rng, supervisors) : PICK(rng, workers));
	const char *form = request ? PICK(rng, requests) : PICK(rng, faults);
	const char *at = strstr(form, "%s");
	snprintf(fault, sizeof(fault), "%.*s%s%s", (int)(at - form), form, target, at + 2);
	snprintf(line, sizeof(line), "%s %s %s", fault, PICK(rng, triggers), PICK(rng, modes));
	while ((word = strsep(&rest, " "))) {
		char *value = strchr(word, '=');
		if (*word == '\0')
			continue;
		if (value)
			*value++ = '\0';
		key = count == 0 ? "action" : count == 1 ? "target" : word;
		assert_int_equal(inj_action_set(&action, key, count < 2 ? word : value, &error), RT_OK);
		count++;
	}
	if (inj_action_check(&action, &key, &error) != RT_OK ||
	    scn_world_check(stage->world, &action, &error) != RT_OK)
		return true; /* try something else */
	return scn_world_input(stage->world, &action, NULL) == RT_OK;
}

/* Ends and starts with their times, up to the end. */
static char *story(struct scn_world *world)
{
	const struct scn_history *history = scn_world_history(world);
	struct collected text;
	struct scn_sink sink = collect_into(&text);
	struct scn_event event;

	for (uint64_t seq = 1; scn_history_get(history, seq, &event) && event.kind != SCN_EV_OVER; seq++) {
		char line[256];
		if (event.kind != RT_EV_EXIT && event.kind != RT_EV_START && event.kind != INJ_EV_HEALED)
			continue;
		int length = snprintf(line, sizeof(line), "%lld %s %s %s\n", (long long)event.t,
				      scn_event_word(event.kind), event.path, event.reason);
		assert_true(sink.write(sink.ctx, line, (size_t)length));
	}
	return text.text;
}

static void assert_replays(const struct stage *stage, uint64_t seed)
{
	char *path = stage_write_file(stage->journal, stage->length);
	struct scn_replay replay = { .agrees = false };

	enum rt_status status = scn_replay(path, &replay);
	if (status != RT_OK || !replay.agrees)
		fail_msg("session %u: %s\nexpected %s\nactual   %s", (unsigned)seed, replay.text,
			 replay.expected ? replay.expected : "", replay.actual ? replay.actual : "");
	scn_replay_fini(&replay);
	unlink(path);
	free(path);
}

/* True: the file says nothing about not being exact. */
static bool assert_goes_the_same_way(struct stage *stage, const char *text, uint64_t seed)
{
	struct scn_diags diags = { .count = 0 };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_text("saved.yaml", text, strlen(text), &diags, &status);
	struct scn_world *world;

	if (!scenario)
		fail_msg("session %u: %s\n%s", (unsigned)seed, diags.item[0].text, text);
	scn_diags_fini(&diags);
	assert_int_equal(scn_world_new(scenario, NULL, &world), RT_OK);
	assert_int_equal(scn_world_run(world, NULL), RT_OK);
	if (text[0] != '#') {
		char *before = story(stage->world), *after = story(world);
		if (strcmp(before, after) != 0)
			fail_msg("session %u: it went\n%s\nand then\n%s\nas\n%s", (unsigned)seed, before,
				 after, text);
		free(before);
		free(after);
	}
	scn_world_free(world);
	scn_free(scenario);
	return text[0] != '#';
}

static void sessions_replay_and_can_be_saved(void **state)
{
	unsigned exact = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SESSIONS; seed++) {
		struct rt_rng rng;
		rt_rng_init(&rng, seed, "session");
		char *tree = random_tree(&rng);
		struct stage *stage = stage_up(tree);
		struct collected saved;
		bool going = true;

		for (uint64_t i = 1 + rt_rng_below(&rng, 6); i > 0 && going; i--) {
			going = type(stage, &rng);
			if (rt_rng_below(&rng, 2) == 0)
				stage_until(stage, rt_now(scn_world_rt(stage->world)) +
							   waits[rt_rng_below(&rng, COUNT(waits))]);
			for (uint64_t steps = rt_rng_below(&rng, 6); steps > 3; steps--)
				(void)!scn_world_move(stage->world, rt_now(scn_world_rt(stage->world)));
		}
		assert_int_equal(scn_world_save(stage->world, collect_into(&saved)), RT_OK);
		assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
		assert_replays(stage, seed);
		exact += assert_goes_the_same_way(stage, saved.text, seed);
		free(saved.text);
		stage_free(stage);
		free(tree);
	}
	/* Most of what people do can be said. */
	assert_in_range(exact, SESSIONS / 3, SESSIONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_replay_and_can_be_saved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
