/* test_commands.c - every row of the table of commands is complete: help, group, an example that parses and
 * completes.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/cli.h"
#include "shell/command.h"
#include "shell/complete.h"
#include "shell/help.h"
#include "shell/words.h"

static bool is_there(const struct sh_command *command)
{
	return !command->fault || inj_fault_find(command->fault);
}

static void every_command_is_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < sh_commands_count; i++) {
		const struct sh_command *command = &sh_commands[i];
		char *usage = sh_command_usage(command);
		if (!is_there(command))
			fail_msg("%s: there is no fault of this name", command->name);
		assert_true(command->group < SH_GROUP_COUNT);
		assert_non_null(command->run);
		assert_true(command->min <= command->max);
		if (!*sh_command_help(command))
			fail_msg("%s: no help", command->name);
		if (strchr(sh_command_help(command), '\n'))
			fail_msg("%s: help of more than a line", command->name);
		assert_memory_equal(usage, command->name, strlen(command->name));
		free(usage);
	}
}

static void names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < sh_commands_count; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(sh_commands[i].name, sh_commands[j].name);
}

static void examples_parse_as_their_command(void **state)
{
	(void)state;
	for (size_t i = 0; i < sh_commands_count; i++) {
		const struct sh_command *command = &sh_commands[i];
		struct sh_words words;
		size_t matches;
		if (!command->example)
			fail_msg("%s: no example", command->name);
		assert_true(sh_words_split(command->example, strlen(command->example), &words));
		assert_true(words.count - 1 >= command->min && words.count - 1 <= command->max);
		assert_ptr_equal(sh_command_find(words.item[0].text, &matches), command);
		sh_words_fini(&words);
	}
}

static void children(void *ctx, const char *supervisor, bool supervisors_only, sh_fact_fn *fn, void *to)
{
	(void)ctx, (void)supervisors_only;
	fn(to, *supervisor ? "core/cache" : "core", NULL, false);
}

static void ids(void *ctx, const char *supervisor, sh_fact_fn *fn, void *to)
{
	(void)ctx, (void)supervisor;
	fn(to, "cache", NULL, false);
}

static void files(void *ctx, const char *prefix, sh_fact_fn *fn, void *to)
{
	(void)ctx;
	fn(to, prefix, NULL, false);
}

/* Each word of an example is offered, or a hint says what is wanted there. */
static void assert_completes(const char *line)
{
	static const struct sh_facts facts = { .children = children, .ids = ids, .files = files };
	struct sh_words words;
	assert_true(sh_words_split(line, strlen(line), &words));
	for (size_t i = 0; i < words.count; i++) {
		struct sh_candidates candidates;
		size_t equals = strcspn(words.item[i].text, "=");
		size_t typed = words.item[i].text[equals] ? equals : strlen(words.item[i].text);
		sh_complete(line, words.item[i].start + typed, &facts, &candidates);
		if (!candidates.count && !candidates.hint)
			fail_msg("'%s': nothing is offered for '%s'", line, words.item[i].text);
		sh_candidates_fini(&candidates);
	}
	sh_words_fini(&words);
}

static void examples_complete_word_by_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < sh_commands_count; i++)
		assert_completes(sh_commands[i].example);
	for (size_t i = 0; i < inj_faults_count; i++) {
		char line[200];
		snprintf(line, sizeof(line), "inject %s", inj_faults[i].example);
		assert_completes(line);
	}
}

static void there_is_help_about_everything(void **state)
{
	(void)state;
	for (size_t i = 0; i < sh_commands_count; i++) {
		struct sh_text text = { 0 };
		assert_true(sh_help_about(&text, sh_commands[i].name));
		assert_non_null(strstr(text.text, sh_commands[i].example));
		sh_text_fini(&text);
	}
	for (size_t i = 0; i < inj_faults_count; i++) {
		struct sh_text text = { 0 };
		assert_true(sh_help_about(&text, inj_faults[i].name));
		sh_text_fini(&text);
	}
	for (size_t i = 0; i < sh_topics_count; i++) {
		struct sh_text text = { 0 };
		assert_true(sh_help_about(&text, sh_topics[i].name));
		sh_text_fini(&text);
	}
	size_t count;
	const struct rt_behaviour *const *rows = rt_behaviours(&count);
	for (size_t i = 0; i < count; i++) {
		struct sh_text text = { 0 };
		assert_true(sh_help_about(&text, rows[i]->name));
		assert_non_null(strstr(text.text, rows[i]->help));
		for (unsigned k = 0; rows[i]->params && rows[i]->params[k].name; k++)
			assert_non_null(strstr(text.text, rows[i]->params[k].help));
		sh_text_fini(&text);
	}
}

static void prefixes_find_a_command_or_say_how_many(void **state)
{
	size_t matches;
	(void)state;
	for (size_t i = 0; i < sh_commands_count; i++) {
		const char *name = sh_commands[i].name;
		for (size_t length = 1; length <= strlen(name); length++) {
			char prefix[64];
			snprintf(prefix, sizeof(prefix), "%.*s", (int)length, name);
			const struct sh_command *found = sh_command_find(prefix, &matches);
			assert_true(matches >= 1);
			assert_true((found != NULL) == (matches == 1));
			if (found && length < strlen(name))
				assert_ptr_equal(found,
						 strcmp(found->name, prefix) ? &sh_commands[i] : found);
		}
	}
	assert_null(sh_command_find("", &matches));
	assert_null(sh_command_find("zzz", &matches));
	assert_int_equal(matches, 0);
}

static void options_belong_to_commands_that_exist(void **state)
{
	(void)state;
	for (size_t i = 0; i < SH_OPTIONS_COUNT; i++) {
		char *commands = strdup(sh_options[i].commands), *rest = commands, *word;
		while ((word = strsep(&rest, " "))) {
			bool known = !strcmp(word, "*");
			for (size_t j = 0; j < SH_CLI_COUNT; j++)
				known |= !strcmp(sh_cli_commands[j].name, word);
			if (!known)
				fail_msg("--%s: no command %s", sh_options[i].name, word);
		}
		free(commands);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(sh_options[i].name, sh_options[j].name);
			assert_int_not_equal(sh_options[i].key, sh_options[j].key);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_is_described),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(examples_parse_as_their_command),
		cmocka_unit_test(examples_complete_word_by_word),
		cmocka_unit_test(there_is_help_about_everything),
		cmocka_unit_test(prefixes_find_a_command_or_say_how_many),
		cmocka_unit_test(options_belong_to_commands_that_exist),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
