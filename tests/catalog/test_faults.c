/* Walks the table of faults, of keys and of events, and asks each row to be complete. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/guard.h"
#include "scenarios/scenario.h"

static void is_sentence(const char *name, const char *help)
{
	if (help == NULL || help[0] == '\0')
		fail_msg("%s has no help", name);
	if (strchr(help, '\n') != NULL || help[strlen(help) - 1] == '.')
		fail_msg("the help of %s is more than one line, or ends with a full stop", name);
}

/* As typed: fault, target, key=value. */
static void example_parses(const struct inj_fault *fault)
{
	struct inj_action action = { 0 };
	struct rt_error error = { 0 };
	const char *key = "action";
	char line[200], *rest = line;

	snprintf(line, sizeof(line), "%s", fault->example);
	for (char *word = strtok_r(rest, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		char *value = word;

		if (action.target != NULL) {
			value = strchr(word, '=');
			assert_non_null(value);
			*value++ = '\0';
			key = word;
		}
		if (inj_action_set(&action, key, value, &error) != RT_OK)
			fail_msg("%s: %s", fault->example, error.text);
		key = "target";
	}
	if (inj_action_check(&action, &key, &error) != RT_OK)
		fail_msg("%s: %s", fault->example, error.text);
	assert_ptr_equal(action.fault, fault);
}

static bool steps_in(const struct inj_fault *fault)
{
	return fault->deliver != NULL || fault->grant != NULL || fault->burden != NULL || fault->skew != NULL;
}

static void each_fault_is_complete(void **state)
{
	(void)state;
	assert_true(inj_faults_count > 0);
	for (size_t i = 0; i < inj_faults_count; i++) {
		const struct inj_fault *fault = &inj_faults[i];

		is_sentence(fault->name, fault->help);
		/* The first of that name: so none has it twice. */
		assert_ptr_equal(inj_fault_find(fault->name), fault);
		example_parses(fault);
		assert_int_not_equal(inj_event_find(fault->proof), RT_EV_NONE);
		assert_non_null(fault->fire);
		assert_non_null(inj_aim_text(fault->aim));
		assert_non_null(inj_chance_text(fault->chance));
		assert_true(fault->lasting || (fault->heal == NULL && !fault->stays));
		assert_true(!inj_chance_opens(fault->chance) || (fault->lasting && fault->stays));
		/* What steps in at a seam lasts, or is only opened and then is fired there. */
		assert_true(!steps_in(fault) || (fault->lasting && !inj_chance_opens(fault->chance)));
		assert_true(!fault->divides ||
			    (fault->deliver != NULL && fault->params[0].type == INJ_PATH &&
			     fault->params[0].mandatory));
		assert_true(!fault->call || fault->aim == INJ_AIM_SUPERVISOR);
		assert_true(!fault->call || strcmp(fault->proof, "result") == 0);
	}
	assert_null(inj_fault_find("no such fault"));
}

static bool is_number(enum inj_type type)
{
	return type == INJ_COUNT || type == INJ_DURATION || type == INJ_SIZE || type == INJ_PERCENT;
}

static void parameter_is_complete(const struct inj_fault *fault, const struct inj_param *param)
{
	struct inj_action action = { .fault = fault };
	struct rt_error error = { 0 };

	is_sentence(param->name, param->help);
	assert_true(strlen(inj_type_text(param->type)) > 0);
	if (is_number(param->type) && param->min >= param->max)
		fail_msg("%s of %s has no range", param->name, fault->name);
	assert_true((param->type == INJ_WORD) == (param->words != NULL && param->words[0] != NULL));
	assert_true(param->names == NULL || param->type == INJ_ID);
	assert_true(!param->abnormal || param->type == INJ_REASON);
	assert_true(!param->seconds || param->type == INJ_DURATION);
	assert_true(!param->mandatory || param->fallback == NULL);
	if (param->fallback != NULL && inj_action_set(&action, param->name, param->fallback, &error) != RT_OK)
		fail_msg("default of %s of %s: %s", param->name, fault->name, error.text);
	for (size_t i = 0; i < inj_keys_count; i++)
		assert_string_not_equal(inj_keys[i].name, param->name);
	for (const struct inj_param *other = fault->params; other != param; other++)
		assert_string_not_equal(other->name, param->name);
}

static void each_parameter_is_complete(void **state)
{
	size_t parameters = 0;

	(void)state;
	for (size_t i = 0; i < inj_faults_count; i++) {
		const struct inj_fault *fault = &inj_faults[i];
		size_t count = 0;

		for (; fault->params[count].name != NULL; count++)
			parameter_is_complete(fault, &fault->params[count]);
		assert_true(count < INJ_PARAMS_MAX);
		assert_true(!fault->some_param || count > 0);
		parameters += count;
	}
	assert_true(parameters > 0);
}

static void each_key_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < inj_keys_count; i++) {
		const struct inj_key *key = &inj_keys[i];

		is_sentence(key->name, key->help);
		if (is_number(key->type) && key->min >= key->max)
			fail_msg("%s has no range", key->name);
		assert_true((key->type == INJ_WORD) == (key->words != NULL));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(inj_keys[j].name, key->name);
	}
	assert_string_equal(inj_keys[0].name, "action");
}

static void each_event_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (unsigned kind = RT_EV_NONE; kind < INJ_EV_END; kind++) {
		assert_non_null(inj_event_word(kind));
		is_sentence(inj_event_word(kind), inj_event_help(kind));
		assert_int_equal(inj_event_find(inj_event_word(kind)), kind);
	}
	assert_null(inj_event_word(INJ_EV_END));
	assert_null(inj_event_help(INJ_EV_END));
	assert_int_equal(inj_event_find("no such event"), RT_EV_NONE);
	assert_int_equal(RT_EV_USER, INJ_EV_INPUT);
}

/* What the worker dies of, where the fault is such that it does. */
static const struct {
	const char *fault, *reason;
} deaths[] = {
	{ "kill", "killed" },
	{ "segv", "{signal,segv}" },
	{ "bus", "{signal,bus}" },
	{ "fpe", "{signal,fpe}" },
	{ "ill", "{signal,ill}" },
	{ "abort", "{signal,abrt}" },
	{ "stack_overflow", "stack_overflow" },
	{ "busy_loop", "runaway" },
	{ "leak", "memory_quota" },
	{ "disk_full", "{error,enospc}" },
	{ "corrupt_state", "bad_state" },
};

/* Some show only when somebody asks: then the proof is led to by whoever asked, and is at the same path. */
static const char *const latent[] = { "corrupt_state", "ignore_shutdown", "slow", "clock_jump" };

#define EVENTS_MAX 1000000

/* What the scenario of a row shows of it: that it fired, and its proof, which follows from that. */
struct shown {
	const struct rt *rt;
	const struct inj_fault *fault;
	unsigned proof;
	const char *reason; /* null: any */
	bool latent;
	bool fired, proved;
	rt_place place; /* where it fired last */
	bool *follows;  /* by seq: it follows from a firing of this fault */
};

static void watch(void *ctx, const struct rt_event *event, const void *ext)
{
	struct shown *shown = ctx;
	bool fires = event->kind == INJ_EV_FIRED &&
		     ((const struct inj_event_ext *)ext)->action->fault == shown->fault;
	char number[RT_ATOM_BUF];

	assert_true(event->seq < EVENTS_MAX);
	shown->follows[event->seq] = fires || shown->follows[event->cause];
	if (fires) {
		shown->fired = true;
		shown->place = event->place;
		return;
	}
	if (event->kind != shown->proof ||
	    !(shown->latent ? shown->fired && event->place == shown->place : shown->follows[event->seq]))
		return;
	if (shown->reason == NULL ||
	    strcmp(rt_atom_text(shown->rt, event->reason, number), shown->reason) == 0)
		shown->proved = true;
}

static void set_expected(struct shown *shown)
{
	for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++)
		if (strcmp(deaths[i].fault, shown->fault->name) == 0)
			shown->reason = deaths[i].reason;
	for (size_t i = 0; i < sizeof(latent) / sizeof(latent[0]); i++)
		shown->latent = shown->latent || strcmp(latent[i], shown->fault->name) == 0;
}

static void the_scenario_of_each_fault_shows_it(void **state)
{
	bool *follows = calloc(EVENTS_MAX, sizeof(*follows));

	(void)state;
	assert_non_null(follows);
	/* Crashes are real ones here, too. */
	assert_int_equal(rt_guard_install(NULL), RT_OK);
	assert_int_equal(rt_guard_enter(), RT_OK);
	for (size_t i = 0; i < inj_faults_count; i++) {
		const struct scn_options options = { .message_events = true, .protect = true };
		struct shown shown = { .fault = &inj_faults[i],
				       .proof = inj_event_find(inj_faults[i].proof),
				       .follows = follows };
		struct scn_diags diags = { 0 };
		struct scn_world *world;
		struct scn_scenario *scenario;
		enum rt_status status;
		char path[200];

		snprintf(path, sizeof(path), "scenarios/library/%s", inj_faults[i].scenario);
		scenario = scn_load_file(path, &diags, &status);
		if (scenario == NULL)
			fail_msg("%s: %s", path,
				 diags.count > 0 ? diags.item[0].text : rt_status_text(status));
		assert_int_equal(scn_world_new(scenario, &options, &world), RT_OK);
		shown.rt = scn_world_rt(world);
		set_expected(&shown);
		assert_int_equal(rt_observe(scn_world_rt(world), watch, &shown), RT_OK);
		assert_int_equal(scn_world_run(world, NULL), RT_OK);
		if (!shown.fired || !shown.proved)
			fail_msg("%s does not show %s: %s", path, shown.fault->name,
				 shown.fired ? shown.fault->proof : "it does not fire");
		scn_world_free(world);
		scn_free(scenario);
		scn_diags_fini(&diags);
	}
	rt_guard_leave();
	free(follows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_is_complete),
		cmocka_unit_test(each_parameter_is_complete),
		cmocka_unit_test(each_key_is_complete),
		cmocka_unit_test(each_event_has_a_word_of_its_own),
		cmocka_unit_test(the_scenario_of_each_fault_shows_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
