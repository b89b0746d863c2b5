/* test_words.c - what a line is split into, and that a quoted word comes back as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/words.h"

/* The words of `line`, joined by bars. */
static void assert_words(const char *line, const char *joined)
{
	struct sh_words words;
	char all[256] = "";
	assert_true(sh_words_split(line, strlen(line), &words));
	for (size_t i = 0; i < words.count; i++) {
		strcat(all, i ? "|" : "");
		strcat(all, words.item[i].text);
	}
	assert_string_equal(all, joined);
	sh_words_fini(&words);
}

static void blanks_part_words(void **state)
{
	(void)state;
	assert_words("", "");
	assert_words("  \t ", "");
	assert_words("inject crash core/cache", "inject|crash|core/cache");
	assert_words("  inject\tcrash   core/cache \r", "inject|crash|core/cache");
}

static void quotes_keep_blanks(void **state)
{
	(void)state;
	assert_words("load 'my file.yaml'", "load|my file.yaml");
	assert_words("load \"my file.yaml\"", "load|my file.yaml");
	assert_words("load my\\ file.yaml", "load|my file.yaml");
	assert_words("load my' 'file\".\"yaml", "load|my file.yaml");
	assert_words("save ''", "save|");
	assert_words("a '\\' b", "a|\\|b");
	assert_words("\"say \\\"no\\\" \\\\ \\n\"", "say \"no\" \\ \\n");
}

static void erlang_terms_need_no_quotes(void **state)
{
	(void)state;
	assert_words("crash core/cache reason={shutdown,{failed_to_start_child,b,nope}}",
		     "crash|core/cache|reason={shutdown,{failed_to_start_child,b,nope}}");
}

static void a_hash_starts_a_comment_only_where_a_word_could(void **state)
{
	(void)state;
	assert_words("# nothing", "");
	assert_words("step 3 # three of them", "step|3");
	assert_words("tree core/a#b", "tree|core/a#b");
	assert_words("tree '#'", "tree|#");
	assert_words("tree \\#", "tree|#");
}

static void an_open_quote_is_told(void **state)
{
	static const struct {
		const char *line;
		char quote;
	} cases[] = {
		{ "load 'a", '\'' }, { "load \"a b", '"' }, { "load a\\", '\\' }, { "load \"a\\\"", '"' }
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sh_words words;
		assert_false(sh_words_split(cases[i].line, strlen(cases[i].line), &words));
		assert_int_equal(words.quote, cases[i].quote);
		assert_int_equal(words.count, 2);
		sh_words_fini(&words);
	}
}

static void words_know_their_place(void **state)
{
	struct sh_words words;
	const char *line = "  load 'a b'  c";
	(void)state;
	assert_true(sh_words_split(line, strlen(line), &words));
	assert_int_equal(words.count, 3);
	assert_int_equal(words.item[1].start, 7);
	assert_int_equal(words.item[1].end, 12);
	assert_int_equal(words.item[2].end, strlen(line));
	sh_words_fini(&words);
}

static void what_is_quoted_comes_back(void **state)
{
	static const char *const texts[] = {
		"",          "plain",     "two words", "it's",        "\"", "\\",          "#first",
		"not#first", "tab\there", "line\nend", "a'b\"c\\d e", "-",  "caf\xc3\xa9", "{a,'B c'}"
	};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *quoted = sh_word_quote(texts[i]);
		struct sh_words words;
		assert_true(sh_words_split(quoted, strlen(quoted), &words));
		assert_int_equal(words.count, 1);
		assert_string_equal(words.item[0].text, texts[i]);
		sh_words_fini(&words);
		free(quoted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_part_words),
		cmocka_unit_test(quotes_keep_blanks),
		cmocka_unit_test(erlang_terms_need_no_quotes),
		cmocka_unit_test(a_hash_starts_a_comment_only_where_a_word_could),
		cmocka_unit_test(an_open_quote_is_told),
		cmocka_unit_test(words_know_their_place),
		cmocka_unit_test(what_is_quoted_comes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
