/* test_param.c - parameters of behaviours: texts are read by type and range, and printed as they are read. */
#include "tests/support/loading.h"
#include "tests/support/offered.h"

#include "scenarios/param.h"

static const struct rt_behaviour *all_of_them(void)
{
	return offered.behaviours[0];
}

static const struct rt_param *param(const char *name)
{
	int index = scn_param_find(all_of_them(), name);

	assert_true(index >= 0);
	return &all_of_them()->params[index];
}

static void values_are_read_by_their_type(void **state)
{
	static const struct {
		const char *name, *text;
		int64_t number;
	} rows[] = {
		{ "tries", "0", 0 },           { "tries", "10", 10 },   { "pause", "1.5s", 1500 * RT_MS },
		{ "room", "64KiB", 64 << 10 }, { "share", "5%", 50000000 }, { "share", "0.05", 50000000 },
		{ "loud", "true", 1 },         { "loud", "false", 0 },  { "pace", "steady", 0 },
		{ "pace", "bursts", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rt_setting setting;
		assert_true(scn_param_parse(param(rows[i].name), rows[i].text, &setting));
		assert_string_equal(setting.name, rows[i].name);
		assert_int_equal(setting.number, rows[i].number);
		assert_null(setting.text);
	}
}

static void others_are_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "tries", "11" },  { "tries", "-1" },      { "tries", "three" }, { "tries", "1.5" },
		{ "pause", "5" },   { "pause", "999us" },   { "pause", "2h" },    { "room", "10" },
		{ "room", "0B" },   { "room", "2GiB" },     { "share", "101%" },  { "share", "x" },
		{ "loud", "yes" },  { "loud", "" },         { "pace", "fast" },   { "pace", "" },
		{ "tries", "" },    { "pause", "" },        { "tries", "99999999999999999999" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rt_setting setting = { .name = "untouched" };
		assert_false(scn_param_parse(param(rows[i][0]), rows[i][1], &setting));
		assert_string_equal(setting.name, "untouched");
	}
}

static void a_default_that_is_out_of_range_is_none(void **state)
{
	char buf[INJ_VALUE_BUF];

	(void)state;
	assert_string_equal(scn_param_fallback(param("tries"), buf), "3");
	assert_string_equal(scn_param_fallback(param("pause"), buf), "5ms");
	assert_string_equal(scn_param_fallback(param("share"), buf), "50%");
	assert_string_equal(scn_param_fallback(param("loud"), buf), "false");
	assert_string_equal(scn_param_fallback(param("pace"), buf), "steady");
	assert_null(scn_param_fallback(param("room"), buf));
	assert_null(scn_param_fallback(param("calls"), buf));
}

static void what_a_child_has_is_what_was_given_or_the_default(void **state)
{
	static const struct rt_setting settings[] = { { .name = "tries", .number = 3 },
						      { .name = "calls", .text = "core/db" },
						      { .name = "pause", .number = RT_SECOND } };
	const struct rt_child child = { .behaviour = all_of_them(), .settings = settings, .n_settings = 3 };
	char buf[INJ_VALUE_BUF];
	bool is_default;

	(void)state;
	assert_string_equal(scn_param_value(param("tries"), &child, buf, &is_default), "3");
	assert_true(is_default);
	assert_string_equal(scn_param_value(param("calls"), &child, buf, &is_default), "core/db");
	assert_false(is_default);
	assert_string_equal(scn_param_value(param("pause"), &child, buf, &is_default), "1s");
	assert_false(is_default);
	assert_string_equal(scn_param_value(param("share"), &child, buf, &is_default), "50%");
	assert_true(is_default);
	assert_null(scn_param_value(param("room"), &child, buf, &is_default));
	assert_true(is_default);
}

static void what_to_write_is_said_with_its_range(void **state)
{
	char buf[256], brief[24];

	(void)state;
	assert_string_equal(scn_param_wants(param("tries"), buf, sizeof(buf)), "a whole number from 0 to 10");
	assert_string_equal(scn_param_wants(param("pause"), buf, sizeof(buf)),
			    "a duration such as 250ms or 5s, from 1ms to 1h");
	assert_string_equal(scn_param_wants(param("room"), buf, sizeof(buf)),
			    "a size such as 64KiB or 10MiB, from 1B to 1GiB");
	assert_string_equal(scn_param_wants(param("pace"), buf, sizeof(buf)), "one of steady, bursts");
	assert_string_equal(scn_param_wants(param("pace"), brief, sizeof(brief)), "one of steady, bursts");
	assert_string_equal(scn_param_wants(param("pause"), brief, sizeof(brief)), "a duration such as 250m");
	assert_string_equal(scn_param_wants(&offered.behaviours[3]->params[0], buf, sizeof(buf)),
			    "a whole number from 0 up");
}

static void the_rows_of_the_built_in_behaviours_are_in_order(void **state)
{
	size_t count;
	const struct rt_behaviour *const *rows = rt_behaviours(&count);

	(void)state;
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		const struct rt_behaviour *row = rows[i];
		assert_true(row->name && *row->name && row->help && *row->help && row->handle);
		assert_true(!row->ended_by || scn_param_find(row, row->ended_by) >= 0);
		for (unsigned k = 0; k < scn_param_count(row); k++) {
			const struct rt_param *p = &row->params[k];
			char buf[INJ_VALUE_BUF];
			struct rt_setting setting;
			const char *fallback = scn_param_fallback(p, buf);
			assert_true(p->help && *p->help);
			assert_int_equal(scn_param_find(row, p->name), k);
			assert_string_not_equal(p->name, "plugin");
			assert_string_not_equal(p->name, "behaviour");
			if (p->type <= RT_PARAM_SIZE)
				assert_true(p->min >= 0 && p->min < p->max);
			if (p->type == RT_PARAM_WORD)
				assert_non_null(p->words);
			/* A default reads as what it is. */
			if (fallback) {
				assert_true(scn_param_parse(p, fallback, &setting));
				assert_int_equal(setting.number, p->fallback);
			}
		}
		assert_true(!row->params || !row->params[scn_param_count(row)].name);
	}
	/* Whoever says nothing has one of these. */
	assert_null(scn_param_needed(rt_behaviour_find("server")));
	assert_false(rt_behaviour_find("server")->endless);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_by_their_type),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(a_default_that_is_out_of_range_is_none),
		cmocka_unit_test(what_a_child_has_is_what_was_given_or_the_default),
		cmocka_unit_test(what_to_write_is_said_with_its_range),
		cmocka_unit_test(the_rows_of_the_built_in_behaviours_are_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
