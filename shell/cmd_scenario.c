/* cmd_scenario.c - commands about scenarios as files, and about the shell itself. */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "memory.h"
#include "paths.h"

enum sh_code sh_cmd_load(struct sh_session *session, unsigned argc, char *const *argv)
{
	(void)argc;
	char *file = sh_path_expand(argv[1]);
	enum sh_code code = sh_session_load(session, file);
	free(file);
	return code;
}

enum sh_code sh_session_validate(struct sh_session *session, const char *file)
{
	struct scn_diags diags = { 0 };
	enum rt_status status = RT_OK;
	enum sh_code code = SH_OK;
	struct scn_scenario *scenario = scn_load_file(file, &diags, &status);
	if (scenario && session->show != SH_SHOW_NONE)
		sh_printf(session->out, "%s: valid\n", file);
	if (!scenario) {
		(void)sh_output_flush(session->out);
		scn_diags_print(&diags, sh_output_sink(session->err));
		code = sh_code_of_load(status);
	}
	scn_diags_fini(&diags);
	scn_free(scenario);
	return code;
}

enum sh_code sh_cmd_validate(struct sh_session *session, unsigned argc, char *const *argv)
{
	enum sh_code worst = SH_OK;
	for (unsigned i = 1; i < argc && !*session->stop; i++) {
		char *file = sh_path_expand(argv[i]);
		worst = sh_code_worse(worst, sh_session_validate(session, file));
		free(file);
	}
	return worst;
}

enum sh_code sh_cmd_save(struct sh_session *session, unsigned argc, char *const *argv)
{
	bool replace = argc > 2 && (!strcmp(argv[2], "force") || !strcmp(argv[2], "!"));
	if (argc > 2 && !replace)
		return sh_session_error(session, SH_USAGE, "save: '%s' is not `force`", argv[2]);
	struct sh_text text = { 0 };
	char *file = sh_path_expand(argv[1]);
	unsigned inexact = 0;
	enum rt_status status = scn_world_save_told(session->world, sh_text_sink(&text), &inexact);
	enum sh_code code = sh_session_status(session, status, "save");
	if (status == RT_OK) {
		int error = sh_path_write(file, text.text ? text.text : "", text.length, replace);
		if (error == EEXIST)
			code = sh_session_error(session, SH_USAGE,
						"save: %s exists; `save %s force` replaces it", file,
						argv[1]);
		else if (error)
			code = sh_session_error(session, SH_UNWRITTEN, "save: cannot write %s: %s", file,
						error == EINVAL ? "not a regular file" : strerror(error));
		else
			sh_printf(session->out, "saved: %s\n", file);
		if (!error && inexact != 0)
			sh_printf(session->out,
				  "of %u action%s a file cannot say just when: see the comments at its top\n",
				  inexact, inexact == 1 ? "" : "s");
	}
	free(file);
	sh_text_fini(&text);
	return code;
}

enum sh_code sh_cmd_seed(struct sh_session *session, unsigned argc, char *const *argv)
{
	if (argc > 1) {
		if (!sh_parse_seed(argv[1], &session->seed))
			return sh_session_error(session, SH_USAGE,
						"seed: '%s' is not a whole number below 2^64", argv[1]);
		session->has_seed = true;
		sh_printf(session->out, "seed %llu from the next load on\n",
			  (unsigned long long)session->seed);
		return SH_OK;
	}
	if (session->world)
		sh_printf(session->out, "%llu\n", (unsigned long long)rt_seed(scn_world_rt(session->world)));
	if (session->has_seed && !(session->world && session->seed == rt_seed(scn_world_rt(session->world))))
		sh_printf(session->out, "%llu from the next load on\n", (unsigned long long)session->seed);
	else if (!session->world)
		sh_put(session->out, "each scenario's own\n");
	return SH_OK;
}

enum sh_code sh_cmd_journal(struct sh_session *session, unsigned argc, char *const *argv)
{
	if (argc == 1) {
		if (session->journal.name)
			sh_printf(session->out, "%s\n", session->journal.name);
		if (session->next.name)
			sh_printf(session->out, "%s, from the next load on\n", session->next.name);
		if (!session->journal.name && !session->next.name)
			sh_put(session->out, "nothing is recorded\n");
		return SH_OK;
	}
	char *file = sh_path_expand(argv[1]);
	enum sh_code code = sh_session_record(session, file, scn_format_of_name(file));
	free(file);
	if (code != SH_OK || !session->world)
		return code;
	if (!session->touched) {
		char *again = sh_strdup(session->file);
		code = sh_session_load(session, again);
		free(again);
	} else {
		sh_put(session->out, "from the next load on: things were done to this run already\n");
	}
	return code;
}

enum sh_code sh_cmd_help(struct sh_session *session, unsigned argc, char *const *argv)
{
	struct sh_text text = { 0 };
	enum sh_code code = SH_OK;
	bool known = argc > 1 && sh_help_about(&text, argv[1]);
	known |= argc > 1 && sh_help_plugins(&text, session->scenario, argv[1]);
	if (argc == 1) {
		sh_help_list(&text);
	} else if (!known) {
		const char *nearest = sh_help_nearest(argv[1]);
		code = nearest ? sh_session_error(session, SH_USAGE, "no help about '%s'; did you mean %s?",
						  argv[1], nearest)
			       : sh_session_error(session, SH_USAGE, "no help about '%s'", argv[1]);
	}
	if (text.text)
		sh_put(session->out, text.text);
	sh_text_fini(&text);
	return code;
}

enum sh_code sh_cmd_show(struct sh_session *session, unsigned argc, char *const *argv)
{
	static const char *const words[] = {
		[SH_SHOW_SOME] = "some", [SH_SHOW_ALL] = "all", [SH_SHOW_NONE] = "none"
	};
	if (argc == 1) {
		sh_printf(session->out, "%s\n", words[session->show]);
		return SH_OK;
	}
	for (unsigned i = 0; i < 3; i++) {
		if (!strcmp(argv[1], words[i])) {
			session->show = (enum sh_show)i;
			return SH_OK;
		}
	}
	return sh_session_error(session, SH_USAGE, "show: '%s' is none of some, all, none", argv[1]);
}

enum sh_code sh_cmd_quit(struct sh_session *session, unsigned argc, char *const *argv)
{
	(void)argc, (void)argv;
	session->quit = true;
	return SH_OK;
}
