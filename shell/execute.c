/* execute.c - a line to a command, and the command done. */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "words.h"

static enum sh_code unknown(struct sh_session *session, const char *word, size_t matches)
{
	if (!matches) {
		const struct sh_command *meant = sh_command_nearest(word);
		const struct inj_fault *fault = inj_fault_find(word);
		if (fault)
			return sh_session_error(session, SH_USAGE, "'%s' is a fault: inject %s%s", word,
						fault->example,
						!strcmp(word, "exit") ? "; to leave: quit, or Ctrl-D" : "");
		if (meant)
			return sh_session_error(session, SH_USAGE,
						"unknown command '%.80s'; did you mean %s?", word,
						meant->name);
		return sh_session_error(session, SH_USAGE, "unknown command '%.80s'; `help` lists them",
					word);
	}
	struct sh_text list = { 0 };
	for (size_t i = 0; i < sh_commands_count; i++)
		if (!strncmp(sh_commands[i].name, word, strlen(word)))
			sh_text_printf(&list, " %s", sh_commands[i].name);
	(void)sh_session_error(session, SH_USAGE, "'%.80s' could be any of:%s", word, list.text);
	sh_text_fini(&list);
	return SH_USAGE;
}

static enum sh_code execute(struct sh_session *session, const struct sh_words *words)
{
	size_t matches;
	const struct sh_command *command = sh_command_find(words->item[0].text, &matches);
	if (!command)
		return unknown(session, words->item[0].text, matches);
	size_t given = words->count - 1;
	if (given < command->min || given > command->max) {
		char *usage = sh_command_usage(command);
		(void)sh_session_error(session, SH_USAGE, "%s: %s",
				       given < command->min ? "too few words" : "too many words", usage);
		free(usage);
		return SH_USAGE;
	}
	if (command->needs_world && !session->world)
		return sh_session_error(session, SH_USAGE, "%s: no scenario is loaded; `load FILE` first",
					command->name);
	if (command->touches_files && session->no_files)
		return sh_session_error(session, SH_USAGE, "%s: no files here", command->name);
	char **argv = sh_alloc((words->count + 1) * sizeof(*argv));
	argv[0] = sh_strdup(command->name);
	for (size_t i = 1; i < words->count; i++)
		argv[i] = words->item[i].text;
	enum sh_code code = command->run(session, (unsigned)words->count, argv);
	free(argv[0]);
	free(argv);
	return code;
}

enum sh_code sh_session_execute(struct sh_session *session, const char *line)
{
	struct sh_words words;
	enum sh_code code = SH_OK;
	sh_session_begin(session);
	if (!sh_words_split(line, strlen(line), &words))
		code = sh_session_error(session, SH_USAGE,
					words.quote == '\\' ? "the line ends behind a backslash"
							    : "the line ends within a quote (%c)",
					words.quote);
	else if (words.count)
		code = execute(session, &words);
	sh_session_end(session);
	sh_words_fini(&words);
	return code;
}
