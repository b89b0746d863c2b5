/* Patterns of paths, and guessing what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inject/value.h"
#include "runtime/runtime.h"

static void a_path_matches_itself_alone(void **state)
{
	(void)state;
	assert_true(inj_pattern_match("core/cache", "core/cache"));
	assert_false(inj_pattern_match("core/cache", "core/cache/x"));
	assert_false(inj_pattern_match("core/cache/x", "core/cache"));
	assert_false(inj_pattern_match("core/cache", "core/Cache"));
	assert_false(inj_pattern_match("core", "cor"));
	assert_true(inj_pattern_is_path("core/cache"));
	assert_false(inj_pattern_is_path("core/*"));
}

static void a_star_stays_in_its_component(void **state)
{
	(void)state;
	assert_true(inj_pattern_match("core/*", "core/cache"));
	assert_false(inj_pattern_match("core/*", "core"));
	assert_false(inj_pattern_match("core/*", "core/cache/x"));
	assert_true(inj_pattern_match("*", "core"));
	assert_false(inj_pattern_match("*", "core/cache"));
	assert_true(inj_pattern_match("core/c*e", "core/cache"));
	assert_true(inj_pattern_match("core/c*e", "core/ce"));
	assert_false(inj_pattern_match("core/c*e", "core/caches"));
	assert_true(inj_pattern_match("*/*a*a*", "core/banana"));
	assert_false(inj_pattern_match("*/*a*a*a*a*", "core/banana"));
	assert_true(inj_pattern_match("a**b", "axyb"));
	assert_false(inj_pattern_match("a**b", "a/b"));
	assert_true(inj_pattern_match("core/***", "core/x"));
}

static void two_stars_are_any_number_of_components(void **state)
{
	(void)state;
	assert_true(inj_pattern_match("**", "core"));
	assert_true(inj_pattern_match("**", "core/a/b/c"));
	assert_true(inj_pattern_match("core/**", "core"));
	assert_true(inj_pattern_match("core/**", "core/a/b"));
	assert_true(inj_pattern_match("**/b", "b"));
	assert_true(inj_pattern_match("**/b", "core/a/b"));
	assert_false(inj_pattern_match("**/b", "core/a/b/c"));
	assert_true(inj_pattern_match("core/**/c", "core/c"));
	assert_true(inj_pattern_match("core/**/c", "core/a/b/c"));
	assert_true(inj_pattern_match("core/**/b/**/d", "core/b/x/b/c/d"));
	assert_false(inj_pattern_match("core/**/b/**/e", "core/b/x/b/c/d"));
	assert_true(inj_pattern_match("**/**/*", "x"));
	assert_true(inj_pattern_match("**/x*/y", "a/xx/b/x1/y"));
}

/* The same, said the slow and plain way: try everything. */
static bool slow_glob(const char *pattern, size_t pattern_length, const char *text, size_t length)
{
	if (pattern_length == 0)
		return length == 0;
	if (*pattern == '*')
		return slow_glob(pattern + 1, pattern_length - 1, text, length) ||
		       (length > 0 && slow_glob(pattern, pattern_length, text + 1, length - 1));
	return length > 0 && *pattern == *text &&
	       slow_glob(pattern + 1, pattern_length - 1, text + 1, length - 1);
}

static const char *after(const char *text)
{
	const char *slash = strchr(text, '/');

	return slash != NULL ? slash + 1 : NULL;
}

/* Null: no components left. */
static bool slow_match(const char *pattern, const char *path)
{
	if (pattern == NULL)
		return path == NULL;
	if (strcspn(pattern, "/") == 2 && strncmp(pattern, "**", 2) == 0)
		return slow_match(after(pattern), path) || (path != NULL && slow_match(pattern, after(path)));
	return path != NULL && slow_glob(pattern, strcspn(pattern, "/"), path, strcspn(path, "/")) &&
	       slow_match(after(pattern), after(path));
}

static void random_text(struct rt_rng *rng, const char *letters, size_t components, char *out)
{
	size_t count = 1 + rt_rng_below(rng, components);

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			*out++ = '/';
		if (letters[0] == '*' && rt_rng_below(rng, 4) == 0) {
			*out++ = '*';
			*out++ = '*';
			continue;
		}
		for (size_t n = 1 + rt_rng_below(rng, 3); n > 0; n--)
			*out++ = letters[rt_rng_below(rng, strlen(letters))];
	}
	*out = '\0';
}

static void agrees_with_a_plain_and_slow_one(void **state)
{
	struct rt_rng rng;
	unsigned matches = 0;

	(void)state;
	rt_rng_init(&rng, 3, "patterns");
	for (int i = 0; i < 200000; i++) {
		char pattern[64], path[64];
		bool match;

		random_text(&rng, "*ab", 4, pattern);
		random_text(&rng, "ab", 4, path);
		match = inj_pattern_match(pattern, path);
		if (match != slow_match(pattern, path))
			fail_msg("'%s' and '%s': %d", pattern, path, match);
		matches += match;
	}
	assert_in_range(matches, 1000, 199000);
}

static void no_pattern_takes_long(void **state)
{
	char pattern[2001], path[4001];

	(void)state;
	for (size_t i = 0; i < 2000; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	pattern[1999] = 'b';
	pattern[2000] = '\0';
	memset(path, 'a', 4000);
	path[4000] = '\0';
	assert_false(inj_pattern_match(pattern, path));
	for (size_t i = 0; i + 5 < 2000; i += 5)
		memcpy(pattern + i, "**/a/", 5);
	memcpy(pattern + 1995, "**/b", 5);
	for (size_t i = 0; i < 4000; i++)
		path[i] = i % 2 ? '/' : 'a';
	path[3999] = '\0';
	assert_false(inj_pattern_match(pattern, path));
}

static const char *meant(const char *text)
{
	static const char *const words[] = { "crash",       "exit",        "kill",
					     "init_fail",   "hang",        "terminate_child",
					     "one_for_one", "one_for_all", "fixed-percent",
					     "at" };

	return inj_did_you_mean(text, words, sizeof(words) / sizeof(words[0]));
}

static void the_nearest_word_is_meant(void **state)
{
	(void)state;
	assert_string_equal(meant("crsh"), "crash");
	assert_string_equal(meant("carsh"), "crash");
	assert_string_equal(meant("Crash"), "crash");
	assert_string_equal(meant("exti"), "exit");
	assert_string_equal(meant("one-for-one"), "one_for_one");
	assert_string_equal(meant("one_for_al"), "one_for_all");
	assert_string_equal(meant("fixed_percent"), "fixed-percent");
	assert_string_equal(meant("term"), "terminate_child");
	assert_null(meant("one_for"));
	assert_null(meant("explode"));
	assert_null(meant("is"));
	assert_null(meant("x"));
	assert_null(meant(""));
	assert_null(meant("a_word_that_is_much_longer_than_anything_that_there_is_here_or_anywhere"));
	assert_null(inj_did_you_mean("crash", NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_matches_itself_alone),
		cmocka_unit_test(a_star_stays_in_its_component),
		cmocka_unit_test(two_stars_are_any_number_of_components),
		cmocka_unit_test(agrees_with_a_plain_and_slow_one),
		cmocka_unit_test(no_pattern_takes_long),
		cmocka_unit_test(the_nearest_word_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
