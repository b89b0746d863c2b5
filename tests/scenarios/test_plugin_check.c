/* test_plugin_check.c - what is wrong with the tables of a plugin is told by the name of its row; those of
 * the program are right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/plugin.h"

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
}

static void assert_told(enum rt_status status, const struct rt_error *error, const char *words)
{
	assert_int_equal(status, RT_EINVAL);
	if (!strstr(error->text, words))
		fail_msg("'%s' does not say '%s'", error->text, words);
}

/* --- parameters ---------------------------------------------------------------------------------------- */

static void assert_param(struct rt_param param, const char *words)
{
	struct rt_param params[] = { param, { .name = NULL } };
	struct rt_behaviour behaviour = {
		.name = "mine", .help = "works", .handle = handle, .params = params
	};
	struct rt_error error = { 0 };
	enum rt_status status = scn_behaviour_check(&behaviour, &error);

	if (words)
		assert_told(status, &error, words);
	else if (status != RT_OK)
		fail_msg("%s", error.text);
}

#define NAMED(n, h, ...) ((struct rt_param){ .name = (n), .help = (h), __VA_ARGS__ })
#define PARAM(...)       NAMED("p", "is one", __VA_ARGS__)

static void a_parameter_has_a_name_a_help_and_a_type(void **state)
{
	(void)state;
	assert_param(PARAM(.type = RT_PARAM_PATH), NULL);
	assert_param(NAMED("two words", "is one", .type = RT_PARAM_PATH),
		     "parameter 1 of behaviour 'mine' has a name that is none");
	assert_param(NAMED("", "is one", .type = RT_PARAM_PATH), "has a name that is none");
	assert_param(NAMED("1st", "is one", .type = RT_PARAM_PATH), "has a name that is none");
	assert_param(NAMED("plugin", "is one", .type = RT_PARAM_PATH),
		     "parameter 'plugin' of behaviour 'mine' needs another name");
	assert_param(NAMED("behaviour", "is one", .type = RT_PARAM_PATH), "needs another name");
	assert_param(NAMED("p", NULL, .type = RT_PARAM_PATH), "has no line of help");
	assert_param(NAMED("p", "", .type = RT_PARAM_PATH), "has no line of help");
	assert_param(NAMED("p", "two\nlines", .type = RT_PARAM_PATH), "has no line of help");
	assert_param(PARAM(.type = RT_PARAM_TYPES), "has no type");
}

static void a_default_lies_in_its_range(void **state)
{
	(void)state;
	assert_param(PARAM(.type = RT_PARAM_COUNT, .min = -3, .max = 3, .fallback = -3), NULL);
	assert_param(PARAM(.type = RT_PARAM_COUNT, .min = 1, .max = 3, .fallback = 4),
		     "has the default 4, which is not from 1 to 3");
	assert_param(PARAM(.type = RT_PARAM_COUNT, .min = 1, .max = 3), NULL); /* 0 stands for none */
	assert_param(PARAM(.type = RT_PARAM_COUNT, .min = 1, .max = 3, .mandatory = true), NULL);
	assert_param(PARAM(.type = RT_PARAM_COUNT, .min = 3, .max = 1, .mandatory = true),
		     "in which nothing is");
	assert_param(PARAM(.type = RT_PARAM_DURATION, .min = -1, .max = 1), "begins below 0");
	assert_param(PARAM(.type = RT_PARAM_SIZE, .min = -1, .max = 1), "begins below 0");
	assert_param(PARAM(.type = RT_PARAM_DURATION, .max = RT_SECOND, .fallback = RT_SECOND), NULL);
	assert_param(PARAM(.type = RT_PARAM_SHARE, .fallback = 1000000001), "has the default 1000000001");
	assert_param(PARAM(.type = RT_PARAM_BOOL, .fallback = 2), "has the default 2");
}

static void words_are_a_list_of_names(void **state)
{
	static const char *const good[] = { "red", "green", NULL }, *const none[] = { NULL };
	static const char *const twice[] = { "red", "red", NULL }, *const blank[] = { "light red", NULL };
	const char *endless[100];

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		static char names[100][8];
		snprintf(names[i], sizeof(names[i]), "w%zu", i);
		endless[i] = names[i];
	}
	assert_param(PARAM(.type = RT_PARAM_WORD, .words = good, .fallback = 1), NULL);
	assert_param(PARAM(.type = RT_PARAM_WORD, .words = good, .fallback = 2),
		     "not the index of one of its words");
	assert_param(PARAM(.type = RT_PARAM_WORD, .words = good, .fallback = -2), "not the index");
	assert_param(PARAM(.type = RT_PARAM_WORD, .words = good, .fallback = -1), NULL);
	assert_param(PARAM(.type = RT_PARAM_WORD), "has no list of words");
	assert_param(PARAM(.type = RT_PARAM_WORD, .words = none), "has no list of words");
	assert_param(PARAM(.type = RT_PARAM_WORD, .words = twice), "has the word 'red' twice");
	assert_param(PARAM(.type = RT_PARAM_WORD, .words = blank), "a word that is no name");
	assert_param(PARAM(.type = RT_PARAM_WORD, .words = endless), "does the list end in NULL?");
}

static void parameters_differ_and_are_not_too_many(void **state)
{
	struct rt_param twice[] = { PARAM(.type = RT_PARAM_PATH),
				    PARAM(.type = RT_PARAM_BOOL),
				    { .name = NULL } };
	struct rt_param many[RT_PARAMS_MAX + 2];
	char names[RT_PARAMS_MAX + 1][8];
	struct rt_behaviour behaviour = {
		.name = "mine", .help = "works", .handle = handle, .params = twice
	};
	struct rt_error error = { 0 };

	(void)state;
	assert_told(scn_behaviour_check(&behaviour, &error), &error,
		    "parameter 'p' of behaviour 'mine' is there twice");
	for (unsigned i = 0; i <= RT_PARAMS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "p%u", i);
		many[i] = NAMED(names[i], "is one", .type = RT_PARAM_BOOL);
	}
	many[RT_PARAMS_MAX + 1] = (struct rt_param){ .name = NULL };
	behaviour.params = many;
	assert_told(scn_behaviour_check(&behaviour, &error), &error, "more than 16 parameters");
	many[RT_PARAMS_MAX].name = NULL;
	assert_int_equal(scn_behaviour_check(&behaviour, &error), RT_OK);
}

/* --- behaviours ---------------------------------------------------------------------------------------- */

static void assert_behaviour(struct rt_behaviour behaviour, const char *words)
{
	struct rt_error error = { 0 };
	enum rt_status status = scn_behaviour_check(&behaviour, &error);

	if (words)
		assert_told(status, &error, words);
	else
		assert_int_equal(status, RT_OK);
}

#define BEHAVIOUR_OF(n, h, f, ...)                                                                           \
	((struct rt_behaviour){ .name = (n), .help = (h), .handle = (f), __VA_ARGS__ })
#define BEHAVIOUR(...) BEHAVIOUR_OF("mine", "works", handle, __VA_ARGS__)

static void a_behaviour_has_a_name_a_help_a_function_and_a_state_of_some_size(void **state)
{
	struct rt_param params[] = { PARAM(.type = RT_PARAM_PATH), { .name = NULL } };

	(void)state;
	assert_behaviour(BEHAVIOUR(.state = SCN_STATE_MAX), NULL);
	assert_behaviour(BEHAVIOUR_OF(NULL, "works", handle, .state = 1), "has no name");
	assert_behaviour(BEHAVIOUR_OF("a b", "works", handle, .state = 1),
			 "has no name, or one that is none");
	assert_behaviour(BEHAVIOUR_OF("mine", NULL, handle, .state = 1),
			 "behaviour 'mine' has no line of help");
	assert_behaviour(BEHAVIOUR_OF("mine", "works", NULL, .state = 1), "behaviour 'mine' has no function");
	assert_behaviour(BEHAVIOUR(.state = SCN_STATE_MAX + 1), "state of 16777217 bytes; at most 16777216");
	assert_behaviour(BEHAVIOUR(.params = params, .ended_by = "p"), NULL);
	assert_behaviour(BEHAVIOUR(.params = params, .ended_by = "q"), "ended by a parameter that it lacks");
	assert_behaviour(BEHAVIOUR(.ended_by = "q"), "ended by a parameter that it lacks");
}

static void assert_plugin(uint32_t version, const struct rt_behaviour *const *rows, const char *words)
{
	struct rt_plugin plugin = { .version = version, .behaviours = rows };
	struct rt_error error = { 0 };
	enum rt_status status = scn_plugin_check(&plugin, &error);

	if (words)
		assert_told(status, &error, words);
	else
		assert_int_equal(status, RT_OK);
}

static void a_plugin_has_the_version_and_behaviours_of_different_names(void **state)
{
	const struct rt_behaviour mine = BEHAVIOUR(.state = 8),
				  wrong = BEHAVIOUR_OF("mine", "works", NULL, .state = 1);
	const struct rt_behaviour *const good[] = { &mine, NULL }, *const twice[] = { &mine, &mine, NULL };
	const struct rt_behaviour *const bad[] = { &wrong, NULL }, *const none[] = { NULL };

	(void)state;
	assert_plugin(RT_PLUGIN_VERSION, good, NULL);
	assert_plugin(0, good, "version 0 of worker.h, and this treefall has version 1; build it again");
	assert_plugin(RT_PLUGIN_VERSION, twice, "behaviour 'mine' is there twice");
	assert_plugin(RT_PLUGIN_VERSION, bad, "behaviour 'mine' has no function");
	assert_plugin(RT_PLUGIN_VERSION, none, "has no behaviour");
	assert_plugin(RT_PLUGIN_VERSION, NULL, "has no behaviour");
}

static void the_behaviours_of_the_program_are_sound(void **state)
{
	const struct rt_behaviour *const *rows;
	struct rt_error error = { 0 };
	size_t count;

	(void)state;
	rows = rt_behaviours(&count);
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		if (scn_behaviour_check(rows[i], &error) != RT_OK)
			fail_msg("%s", error.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parameter_has_a_name_a_help_and_a_type),
		cmocka_unit_test(a_default_lies_in_its_range),
		cmocka_unit_test(words_are_a_list_of_names),
		cmocka_unit_test(parameters_differ_and_are_not_too_many),
		cmocka_unit_test(a_behaviour_has_a_name_a_help_a_function_and_a_state_of_some_size),
		cmocka_unit_test(a_plugin_has_the_version_and_behaviours_of_different_names),
		cmocka_unit_test(the_behaviours_of_the_program_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
