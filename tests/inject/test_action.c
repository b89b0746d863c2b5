/* Actions: what can be written, what is refused and with which words, and that it reads back as written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inject/inject.h"

static struct rt_error error;

static void set(struct inj_action *action, const char *key, const char *text)
{
	if (inj_action_set(action, key, text, &error) != RT_OK)
		fail_msg("%s=%s: %s", key, text, error.text);
}

static struct inj_action begun(const char *fault)
{
	struct inj_action action = { 0 };

	set(&action, "action", fault);
	set(&action, "target", "core/cache");
	return action;
}

/* Refused with just this sentence, and nothing changed. */
static void refused(struct inj_action *action, const char *key, const char *text, const char *sentence)
{
	struct inj_action before = *action;

	assert_int_equal(inj_action_set(action, key, text, &error), RT_EINVAL);
	assert_string_equal(error.text, sentence);
	assert_int_equal(error.code, RT_EINVAL);
	assert_memory_equal(&before, action, sizeof(before));
}

static void not_together(const struct inj_action *action, const char *blamed, const char *sentence)
{
	const char *key = NULL;

	assert_int_equal(inj_action_check(action, &key, &error), RT_EINVAL);
	assert_string_equal(error.text, sentence);
	assert_string_equal(key, blamed);
}

static void good(const struct inj_action *action)
{
	const char *key = NULL;

	if (inj_action_check(action, &key, &error) != RT_OK)
		fail_msg("%s", error.text);
}

static void an_unknown_fault_or_key(void **state)
{
	struct inj_action action = { 0 };

	(void)state;
	refused(&action, "action", "crsh", "there is no fault 'crsh'; did you mean crash?");
	refused(&action, "action", "explode",
		"there is no fault 'explode'; `help faults` lists them");
	refused(&action, "reason", "boom", "action is missing: say which fault before its parameters");
	action = begun("crash");
	refused(&action, "action", "exit", "action: it is crash already");
	refused(&action, "raeson", "boom", "crash has no key 'raeson'; did you mean reason?");
	refused(&action, "evry", "5s", "crash has no key 'evry'; did you mean every?");
	refused(&action, "prob", "5%", "crash has no key 'prob'; did you mean probability?");
	refused(&action, "colour", "red",
		"crash has no key 'colour'; it has reason and the keys of every action");
	refused(&action, "after", "5", "after: write after.messages or after.restarts");
	refused(&action, "on", "exit", "on: write on.event");
	action = begun("kill");
	refused(&action, "reason", "boom", "kill has no key 'reason'; it has none but those of every action");
}

static void a_value_that_is_none(void **state)
{
	struct inj_action action = begun("crash");

	(void)state;
	refused(&action, "at", "5", "at takes a duration such as 250ms or 5s, 0s to 876000h, not '5'");
	refused(&action, "at", "9999999999999h",
		"at takes a duration such as 250ms or 5s, 0s to 876000h, not '9999999999999h'");
	refused(&action, "every", "0s",
		"every takes a duration such as 250ms or 5s, 1ns to 876000h, not '0s'");
	refused(&action, "times", "often",
		"times takes a whole number such as 3 or 10k, 0 to 4294967295, not 'often'");
	refused(&action, "times", "4294967296",
		"times takes a whole number such as 3 or 10k, 0 to 4294967295, not '4294967296'");
	refused(&action, "after.messages", "0",
		"after.messages takes a whole number such as 3 or 10k, at least 1, not '0'");
	refused(&action, "probability", "5",
		"probability takes a share such as 5% or 0.05, 0% to 100%, not '5'");
	refused(&action, "required", "yes", "required takes true or false, not 'yes'");
	refused(&action, "mode", "al", "mode: there is no mode 'al'; did you mean all?");
	refused(&action, "mode", "some",
		"mode: there is no mode 'some'; it is one of all, one, fixed, fixed-percent, "
		"random-max-percent");
	refused(&action, "mode", "fixed_percent",
		"mode: there is no mode 'fixed_percent'; did you mean "
		"fixed-percent?");
	refused(&action, "on.event", "exits", "on.event: there is no event 'exits'; did you mean exit?");
	refused(&action, "on.event", "foo", "on.event: there is no event 'foo'; `help events` lists them");
	refused(&action, "on.event", "message",
		"on.event: messages are counted; write after.messages, 1 for each");
	assert_int_equal(inj_action_set(&action, "on.event", "input", NULL), RT_EINVAL);
	assert_int_equal(inj_action_set(&action, "on.event", "none", NULL), RT_EINVAL);
}

static void a_text_that_is_no_path_reason_or_id(void **state)
{
	struct inj_action action = begun("start_child");
	char id[RT_ID_MAX + 2];

	(void)state;
	refused(&action, "target", "", "target: '' is empty");
	refused(&action, "target", "/core",
		"target: '/core' starts with '/'; a path starts with the id of the root, such as core/cache");
	refused(&action, "target", "core/",
		"target: 'core/' ends with '/'; write core/* for the children of core");
	refused(&action, "target", "core//a", "target: 'core//a' has an empty id in it");
	refused(&action, "target", "core/a b",
		"target: 'core/a b' has a blank in it; in a path a blank is "
		"written %20");
	refused(&action, "target", "core/100%",
		"target: 'core/100%' has a '%' without two hexadecimal digits; the "
		"sign itself is written %25");
	set(&action, "target", "core/100%25");
	refused(&action, "target", "core/\xff", "target: 'core/?' is not valid UTF-8");
	refused(&action, "target", "a/\xed\xa0\x80", "target: 'a/\?\?\?' is not valid UTF-8");
	set(&action, "target", "k\xc3\xb6rper/\xf0\x9f\x8c\xb3");
	refused(&action, "child", "", "child is empty");
	memset(id, 'x', sizeof(id) - 1);
	id[RT_ID_MAX + 1] = '\0';
	refused(&action, "child", id,
		"child: an id has at most 255 bytes, "
		"'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' "
		"has 256");
	refused(&action, "worker", "sever", "worker: there is no worker 'sever'; did you mean server?");
	refused(&action, "restart", "always",
		"restart: there is no restart 'always'; it is one of permanent, transient, temporary");
	refused(&action, "shutdown", "0.5ms",
		"shutdown takes a duration of whole milliseconds such as 2s, infinity or brutal_kill, not "
		"'0.5ms'");
	action = begun("exit");
	refused(&action, "reason", "",
		"reason takes an exit reason without blanks such as badarg or {shutdown,done}, not ''");
	refused(&action, "reason", "{shutdown, done}",
		"reason takes an exit reason without blanks such as badarg or {shutdown,done}, not "
		"'{shutdown, done}'");
	refused(&action, "reason", "a\nb",
		"reason takes an exit reason without blanks such as badarg or {shutdown,done}, not 'a?b'");
}

static void a_crash_is_abnormal(void **state)
{
	struct inj_action action = begun("crash");

	(void)state;
	refused(&action, "reason", "normal",
		"reason: 'normal' is no crash; use the fault `exit` to end with it");
	refused(&action, "reason", "shutdown",
		"reason: 'shutdown' is no crash; use the fault `exit` to end with it");
	refused(&action, "reason", "{shutdown,done}",
		"reason: '{shutdown,done}' is no crash; use the fault `exit` to end with it");
	set(&action, "reason", "killed");
	set(&action, "reason", "{signal,segv}");
	action = begun("exit");
	set(&action, "reason", "normal");
}

static void two_triggers(void **state)
{
	struct inj_action action = begun("crash");

	(void)state;
	set(&action, "at", "5s");
	set(&action, "at", "6s");
	refused(&action, "every", "5s", "every: an action has one trigger, and this one has `at` already");
	set(&action, "probability", "5%");
	assert_int_equal(action.trigger, INJ_AT);
	action = begun("crash");
	set(&action, "probability", "5%");
	assert_int_equal(action.trigger, INJ_CHANCE);
	set(&action, "on.event", "exit");
	assert_int_equal(action.trigger, INJ_ON);
	refused(&action, "after.messages", "5",
		"after.messages: an action has one trigger, and this one has `on.event` already");
	action = begun("crash");
	set(&action, "after.of", "core/a");
	set(&action, "after.restarts", "2");
	refused(&action, "after.messages", "5",
		"after.messages: an action has one trigger, and this one has `after.restarts` already");
}

static void what_is_missing(void **state)
{
	struct inj_action action = { 0 };

	(void)state;
	not_together(&action, "action", "action is missing: say which fault");
	set(&action, "action", "exit");
	not_together(&action, "target",
		     "exit needs a target, a path or a pattern such as core/cache, core/* or **");
	set(&action, "target", "core");
	not_together(&action, "reason", "exit needs reason: why it ends");
	action = begun("set");
	not_together(&action, "action",
		     "set needs at least one of strategy, intensity, period, auto_shutdown");
	set(&action, "period", "5");
	assert_int_equal(action.params[2].number, 5 * RT_SECOND);
	good(&action);
	action = begun("terminate_child");
	not_together(&action, "child",
		     "terminate_child needs child: the id of the child; of a pool: its key");
}

static void what_does_not_go_together(void **state)
{
	struct inj_action action = begun("crash");

	(void)state;
	set(&action, "value", "3");
	not_together(&action, "value",
		     "value: it goes with the modes fixed, fixed-percent and random-max-percent");
	set(&action, "mode", "one");
	not_together(&action, "value",
		     "value: it goes with the modes fixed, fixed-percent and random-max-percent");
	set(&action, "mode", "fixed");
	good(&action);
	set(&action, "value", "101");
	good(&action);
	set(&action, "mode", "random-max-percent");
	not_together(&action, "value", "value: of the percent modes it is 1 to 100");
	action = begun("crash");
	set(&action, "mode", "fixed");
	not_together(&action, "mode", "mode: this mode needs `value`");

	action = begun("crash");
	set(&action, "after.of", "core/a");
	not_together(&action, "after.of", "after.of: it goes with after.messages or after.restarts");
	action = begun("crash");
	set(&action, "on.of", "core/a");
	set(&action, "at", "1s");
	not_together(&action, "on.of", "on.of: it goes with on.event");

	action = begun("crash");
	set(&action, "duration", "1s");
	not_together(&action, "duration",
		     "duration: this fault does not last, so there is nothing to end");
	action = begun("hang");
	set(&action, "duration", "1s");
	good(&action);
}

static void both_sides_of_a_partition_need_somebody(void **state)
{
	static const struct {
		const char *target, *from, *mode;
		bool divides;
	} cases[] = {
		{ "core/a", "core/a", "all", false },  { "core/a", "core/a/b/c", "all", false },
		{ "core", "core/a", "all", false },    { "core/*", "core/*", "all", false },
		{ "core/*", "core/*", "one", true },   { "core/a", "core/ab", "all", true },
		{ "core/a/b", "core/a", "all", true }, { "core/*", "core/a/b", "all", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct inj_action action = begun("partition");
		const char *key;
		enum rt_status status;

		set(&action, "target", cases[i].target);
		set(&action, "from", cases[i].from);
		set(&action, "mode", cases[i].mode);
		status = inj_action_check(&action, &key, &error);
		if (status != (cases[i].divides ? RT_OK : RT_EINVAL))
			fail_msg("%s from %s: %s", cases[i].target, cases[i].from, error.text);
		if (!cases[i].divides) {
			assert_string_equal(key, "from");
			assert_non_null(strstr(error.text, "nothing on the other"));
		}
	}
}

static void what_happens_once_is_not_repeated(void **state)
{
	struct inj_action action = begun("crash");

	(void)state;
	set(&action, "at", "1s");
	set(&action, "times", "3");
	not_together(&action, "times",
		     "times: without a trigger, or with `at`, it happens once; `every` repeats it");
	set(&action, "times", "1");
	good(&action);
	set(&action, "skip", "1");
	not_together(&action, "skip",
		     "skip: without a trigger, or with `at`, there is one chance only, and this skips it");
	action = begun("kill");
	set(&action, "cooldown", "1s");
	not_together(&action, "cooldown",
		     "cooldown: without a trigger, or with `at`, it happens once; `every` repeats it");
	action = begun("init_fail");
	set(&action, "at", "1s");
	set(&action, "times", "3");
	set(&action, "skip", "2");
	set(&action, "cooldown", "1s");
	good(&action);
}

static void how_often_and_whether_it_is_required(void **state)
{
	struct inj_action action = begun("crash");

	(void)state;
	assert_int_equal(inj_action_times(&action), 1);
	assert_true(inj_action_required(&action));
	set(&action, "every", "1s");
	assert_int_equal(inj_action_times(&action), 0);
	assert_true(inj_action_required(&action));
	set(&action, "probability", "0.1%");
	assert_false(inj_action_required(&action));
	set(&action, "times", "4");
	assert_int_equal(inj_action_times(&action), 4);
	set(&action, "required", "true");
	assert_true(inj_action_required(&action));
	action = begun("crash");
	set(&action, "required", "false");
	assert_false(inj_action_required(&action));
	set(&action, "on.event", "exit");
	assert_int_equal(inj_action_times(&action), 1);
	set(&action, "times", "0");
	assert_int_equal(inj_action_times(&action), 0);
}

/* --- read back what was written ------------------------------------------------------------------------- */

struct written {
	size_t count;
	char key[32][32];
	char text[32][80];
};

static void write_down(void *ctx, const char *key, enum inj_type type, const char *text)
{
	struct written *written = ctx;

	assert_non_null(inj_type_text(type));
	assert_true(written->count < 32 && strlen(key) < 32 && strlen(text) < 80);
	strcpy(written->key[written->count], key);
	strcpy(written->text[written->count], text);
	written->count++;
}

static void in_the_order_of_the_tables_and_in_the_shortest_form(void **state)
{
	struct inj_action action = { 0 };
	struct written written = { 0 };
	const char *expected[][2] = {
		{ "action", "start_child" },
		{ "target", "core/**" },
		{ "mode", "fixed-percent" },
		{ "value", "1000" },
		{ "every", "1500ms" },
		{ "probability", "12.5%" },
		{ "times", "0" },
		{ "required", "true" },
		{ "child", "x y" },
		{ "restart", "temporary" },
		{ "shutdown", "infinity" },
		{ "trap_exit", "false" },
	};

	(void)state;
	set(&action, "action", "start_child");
	set(&action, "trap_exit", "false");
	set(&action, "shutdown", "infinity");
	set(&action, "restart", "temporary");
	set(&action, "child", "x y");
	set(&action, "required", "true");
	set(&action, "times", "0");
	set(&action, "probability", "0.125");
	set(&action, "every", "1.5s");
	set(&action, "value", "1k");
	set(&action, "mode", "fixed-percent");
	set(&action, "target", "core/**");
	inj_action_each(&action, write_down, &written);
	assert_int_equal(written.count, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < written.count; i++) {
		assert_string_equal(written.key[i], expected[i][0]);
		assert_string_equal(written.text[i], expected[i][1]);
	}
}

static const char *random_value(struct rt_rng *rng, enum inj_type type, const char *const *words, char *buf)
{
	static const char *const texts[] = {
		"badarg",      "{shutdown,x}", "core/cache", "**",    "0",       "17",    "3k",
		"5s",          "1500ms",       "0.25us",     "12.5%", "0.5",     "64KiB", "infinity",
		"brutal_kill", "true",         "false",      "exit",  "restart", "x y",   ""
	};
	size_t count = 0;

	if (type == INJ_WORD && words != NULL && rt_rng_below(rng, 4) > 0) {
		while (words[count] != NULL)
			count++;
		return words[rt_rng_below(rng, count)];
	}
	if (type == INJ_COUNT || type == INJ_DURATION) {
		snprintf(buf, 40, "%llu%s", (unsigned long long)rt_rng_below(rng, 100000),
			 type == INJ_COUNT ? "" : "ms");
		return buf;
	}
	return texts[rt_rng_below(rng, sizeof(texts) / sizeof(texts[0]))];
}

static void set_at_random(struct rt_rng *rng, struct inj_action *action)
{
	static char bufs[32][40];

	for (unsigned i = 0; i < 32; i++) {
		size_t which = rt_rng_below(rng, inj_keys_count + INJ_PARAMS_MAX);
		const struct inj_param *param = &action->fault->params[which % INJ_PARAMS_MAX];
		enum rt_status ignored = RT_OK;

		if (which < inj_keys_count)
			ignored = inj_action_set(
				action, inj_keys[which].name,
				random_value(rng, inj_keys[which].type, inj_keys[which].words, bufs[i]),
				NULL);
		else if (param->name != NULL)
			ignored = inj_action_set(action, param->name,
						 random_value(rng, param->type, param->words, bufs[i]), NULL);
		(void)ignored;
	}
}

static void what_each_gives_makes_the_same_action(void **state)
{
	struct rt_rng rng;
	size_t given = 0;

	(void)state;
	rt_rng_init(&rng, 5, "actions");
	for (int i = 0; i < 5000; i++) {
		struct inj_action action = { .fault = &inj_faults[rt_rng_below(&rng, inj_faults_count)] };
		struct inj_action back = { 0 };
		struct written written = { 0 }, again = { 0 };

		set_at_random(&rng, &action);
		inj_action_each(&action, write_down, &written);
		for (size_t k = 0; k < written.count; k++)
			set(&back, written.key[k], written.text[k]);
		inj_action_each(&back, write_down, &again);
		assert_memory_equal(&written, &again, sizeof(written));
		/* Texts apart, they are equal in every field. */
		assert_ptr_equal(back.fault, action.fault);
		assert_int_equal(back.trigger, action.trigger);
		assert_int_equal(back.mode, action.mode);
		assert_int_equal(back.value, action.value);
		assert_int_equal(back.at, action.at);
		assert_int_equal(back.every, action.every);
		assert_int_equal(back.after_count, action.after_count);
		assert_int_equal(back.probability_ppb, action.probability_ppb);
		assert_int_equal(back.times, action.times);
		assert_int_equal(back.skip, action.skip);
		assert_int_equal(back.cooldown, action.cooldown);
		assert_int_equal(back.duration, action.duration);
		assert_int_equal(inj_action_required(&back), inj_action_required(&action));
		for (size_t p = 0; p < INJ_PARAMS_MAX; p++) {
			assert_int_equal(back.params[p].given, action.params[p].given);
			assert_int_equal(back.params[p].number, action.params[p].number);
		}
		given += written.count;
	}
	assert_true(given > 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_fault_or_key),
		cmocka_unit_test(a_value_that_is_none),
		cmocka_unit_test(a_text_that_is_no_path_reason_or_id),
		cmocka_unit_test(a_crash_is_abnormal),
		cmocka_unit_test(two_triggers),
		cmocka_unit_test(what_is_missing),
		cmocka_unit_test(what_does_not_go_together),
		cmocka_unit_test(both_sides_of_a_partition_need_somebody),
		cmocka_unit_test(what_happens_once_is_not_repeated),
		cmocka_unit_test(how_often_and_whether_it_is_required),
		cmocka_unit_test(in_the_order_of_the_tables_and_in_the_shortest_form),
		cmocka_unit_test(what_each_gives_makes_the_same_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
