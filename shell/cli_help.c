/* cli_help.c - help of the program, its version, and the pages that are generated from the tables. */
#include <stdlib.h>
#include <string.h>

#include "runtime/usdt.h"

#include "cli.h"
#include "help.h"
#include "memory.h"

#if __has_include("config.h")
#include "config.h"
#endif

/* --- help ---------------------------------------------------------------------------------------------- */

static char *option_name(const struct sh_option *option)
{
	char letter[8] = "    ";
	if (option->key < 256)
		snprintf(letter, sizeof(letter), "-%c, ", option->key);
	return sh_format("%s--%s%s%s", letter, option->name, option->arg ? "=" : "",
			 option->arg ? option->arg : "");
}

static void print_options(struct sh_text *to, const struct sh_cli_command *command)
{
	for (size_t i = 0; i < SH_OPTIONS_COUNT; i++) {
		if (!sh_option_of(&sh_options[i], command))
			continue;
		char *name = option_name(&sh_options[i]);
		sh_help_row(to, name, 30, sh_options[i].help);
		free(name);
	}
}

void sh_cli_print_help(struct sh_text *to)
{
	sh_text_printf(to, "Treefall: break a supervision tree, watch it heal, and know why it did not.\n\n"
			   "treefall COMMAND [OPTION ...] [WORD ...]\n\n");
	for (size_t i = 0; i < SH_CLI_COUNT; i++) {
		char *name = sh_format("%s %s", sh_cli_commands[i].name, sh_cli_commands[i].args);
		sh_help_row(to, name, 30, sh_cli_commands[i].help);
		free(name);
	}
	sh_text_printf(to, "\nWithout a command, on a terminal: the shell.\n\n");
	print_options(to, NULL);
	sh_text_printf(to, "\n`treefall help COMMAND` says more. Topics:");
	for (size_t i = 0; i < sh_topics_count; i++)
		sh_text_printf(to, " %s", sh_topics[i].name);
	sh_text_printf(to, "; commands of the shell: `treefall help shell`.\n");
}

void sh_cli_print_command(struct sh_text *to, const struct sh_cli_command *command)
{
	sh_text_printf(to, "treefall %s [OPTION ...] %s\n\n%s: %s.\n", command->name, command->args,
		       command->name, command->help);
	if (command->text)
		sh_help_wrap(to, command->text);
	sh_text_printf(to, "\n");
	print_options(to, command);
}

void sh_cli_print_version(struct sh_text *to)
{
	/* Parts that no command needs yet are not told of. */
	static const struct {
		const char *name;
		bool there;
	} parts[] = {
#ifdef TREEFALL_HAVE_NCURSES
		{ "ncurses (the live tree)", TREEFALL_HAVE_NCURSES },
#endif
#ifdef TREEFALL_HAVE_LIBDW
		{ "libdw (lines in crash reports, kernel probes)", TREEFALL_HAVE_LIBDW },
#endif
#ifdef TREEFALL_HAVE_LIBBPF
		{ "libbpf (kernel probes)", TREEFALL_HAVE_LIBBPF },
#endif
#ifdef TREEFALL_HAVE_BPF_TOOLCHAIN
		{ "clang and bpftool (building kernel probes)", TREEFALL_HAVE_BPF_TOOLCHAIN },
#endif
#ifdef TREEFALL_HAVE_SQLITE
		{ "SQLite (durable journals)", TREEFALL_HAVE_SQLITE },
#endif
#ifdef TREEFALL_HAVE_SDT
		{ "sdt.h (static probe points)", TREEFALL_HAVE_SDT },
#endif
		{ NULL, false },
	};
	sh_text_printf(to, "treefall %s\n", scn_version());
	for (int there = 1; there >= 0; there--) {
		unsigned n = 0;
		for (size_t i = 0; parts[i].name; i++)
			if (parts[i].there == there)
				sh_text_printf(to, "%s%s",
					       n++     ? ", "
					       : there ? "found when it was built: "
						       : "lacks: ",
					       parts[i].name);
		if (n)
			sh_text_printf(to, "\n");
	}
}

/* --- docs/commands.md ---------------------------------------------------------------------------------- */

/* In a cell of a table `|` has to be escaped, in code too. */
static void add_cell(struct sh_text *to, const char *text)
{
	for (; *text; text++)
		sh_text_printf(to, *text == '|' ? "\\|" : "%c", *text);
}

/* Help lines begin small, sentences do not. */
static void add_capital(struct sh_text *to, const char *text)
{
	sh_text_printf(to, "%c%s", *text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text, text + 1);
}

/* One sentence a line. */
static void add_sentences(struct sh_text *to, const char *text)
{
	for (const char *end; (end = strstr(text, ".  ")); text = end + 3)
		sh_text_printf(to, "%.*s.\n", (int)(end - text), text);
	sh_text_printf(to, "%s\n", text);
}

static void add_row(struct sh_text *to, const char *name, const char *help)
{
	sh_text_printf(to, "| `");
	add_cell(to, name);
	sh_text_printf(to, "` | ");
	add_cell(to, help);
	sh_text_printf(to, " |\n");
}

static void doc_program(struct sh_text *to)
{
	sh_text_printf(to, "## The program\n\n| command | |\n| --- | --- |\n");
	for (size_t i = 0; i < SH_CLI_COUNT; i++) {
		char *name = sh_format("treefall %s %s", sh_cli_commands[i].name, sh_cli_commands[i].args);
		add_row(to, name, sh_cli_commands[i].help);
		free(name);
	}
	sh_text_printf(to, "\nWithout a command `treefall` opens the shell on a terminal; without a terminal "
			   "that is an error.\n\n| option | of | |\n| --- | --- | --- |\n");
	for (size_t i = 0; i < SH_OPTIONS_COUNT; i++) {
		const struct sh_option *option = &sh_options[i];
		char *name = option_name(option);
		sh_text_printf(to, "| `");
		add_cell(to, name + strspn(name, " "));
		sh_text_printf(to, "` | %s | ", strcmp(option->commands, "*") ? option->commands : "all");
		add_cell(to, option->help);
		sh_text_printf(to, " |\n");
		free(name);
	}
	for (size_t i = 0; i < SH_CLI_COUNT; i++)
		if (sh_cli_commands[i].text) {
			sh_text_printf(to, "\n### treefall %s\n\n", sh_cli_commands[i].name);
			add_sentences(to, sh_cli_commands[i].text);
		}
}

static void doc_params(struct sh_text *to, const struct inj_fault *fault)
{
	for (unsigned i = 0; i < INJ_PARAMS_MAX && fault->params[i].name; i++) {
		const struct inj_param *param = &fault->params[i];
		sh_text_printf(to, "%s- `%s`: %s", i ? "" : "\n", param->name, param->help);
		sh_help_range(to, param->type, param->min, param->max, param->words);
		if (param->mandatory)
			sh_text_printf(to, "; has to be given");
		else if (param->fallback)
			sh_text_printf(to, "; default `%s`", param->fallback);
		sh_text_printf(to, "\n");
	}
}

static void doc_shell(struct sh_text *to)
{
	sh_text_printf(to, "\n## The shell\n\nA line is a command and its words. `'...'` and `\"...\"` keep "
			   "blanks, a backslash keeps the next character, `#` starts a comment. Commands may "
			   "be shortened as long as they are unique. Tab completes commands, paths, faults, "
			   "parameters and files, and lists what can come next.\n");
	for (unsigned group = 0; group < SH_GROUP_COUNT; group++) {
		sh_text_printf(to, "\n### %s\n", sh_group_title((enum sh_group)group));
		for (size_t i = 0; i < sh_commands_count; i++) {
			const struct sh_command *command = &sh_commands[i];
			const struct inj_fault *fault =
				command->fault ? inj_fault_find(command->fault) : NULL;
			if (command->group != (enum sh_group)group || (command->fault && !fault))
				continue;
			char *usage = sh_command_usage(command);
			sh_text_printf(to, "\n#### `%s`\n\n", usage);
			add_capital(to, sh_command_help(command));
			sh_text_printf(to, ".\n");
			free(usage);
			if (command->text)
				add_sentences(to, command->text);
			if (fault)
				doc_params(to, fault);
			sh_text_printf(to, "\n    %s\n", command->example);
		}
	}
}

static void doc_faults(struct sh_text *to)
{
	sh_text_printf(to, "\n## Faults\n\nWhat `inject` can do, and `action:` in a scenario. A value "
			   "without a key is the first parameter that has none yet.\n");
	for (size_t i = 0; i < inj_faults_count; i++) {
		const struct inj_fault *fault = &inj_faults[i];
		char *usage = sh_fault_usage(fault);
		sh_text_printf(to, "\n### `%s %s`\n\n", fault->name, usage);
		add_capital(to, fault->help);
		sh_text_printf(to, ".\nTarget: %s.%s\nA chance is each %s.\n", inj_aim_text(fault->aim),
			       fault->lasting ? " Lasts until it is healed." : "",
			       inj_chance_text(fault->chance));
		free(usage);
		doc_params(to, fault);
		sh_text_printf(to, "\n    inject %s\n", fault->example);
	}
	sh_text_printf(to, "\n### Keys of every fault\n\n| key | |\n| --- | --- |\n");
	for (size_t i = 0; i < inj_keys_count; i++)
		add_row(to, inj_keys[i].name, inj_keys[i].help);
}

static void doc_rest(struct sh_text *to)
{
	const char *word, *help;
	sh_text_printf(
		to, "\n## Probes\n\nWhat `expect` takes, and `expect:` and `hypothesis:` in a scenario.\n\n"
		    "| probe | |\n| --- | --- |\n");
	for (size_t i = 0; i < SCN_PROBE_COUNT; i++)
		add_row(to, scn_probe_rows[i].word, scn_probe_rows[i].help);
	sh_text_printf(to, "\nIn one word, `PATH: WORD`:\n\n| word | |\n| --- | --- |\n");
	for (unsigned i = 0; i < SCN_SIBLING_COUNT; i++)
		add_row(to, scn_sibling_word((enum scn_sibling)i), scn_sibling_help((enum scn_sibling)i));
	sh_text_printf(to, "\n## Events\n\n| event | |\n| --- | --- |\n");
	for (size_t i = 0; (word = sh_event_word(i, &help)); i++)
		add_row(to, word, help);
	sh_text_printf(to, "\n## Exit codes\n\n```\n");
	(void)sh_help_about(to, "codes");
	sh_text_printf(to, "```\n");
}

static enum rt_status flush(struct sh_text *text, struct scn_sink sink)
{
	enum rt_status status =
		!text->text || sink.write(sink.ctx, text->text, text->length) ? RT_OK : RT_EIO;
	sh_text_fini(text);
	return status;
}

static enum rt_status write_commands(struct scn_sink sink)
{
	struct sh_text text = { 0 };
	sh_text_printf(
		&text,
		"# Commands\n\nThis page is printed by `treefall help --docs=commands` from the tables of "
		"commands, options, faults, probes and events; `make docs` writes it again.\n\n");
	doc_program(&text);
	doc_shell(&text);
	doc_faults(&text);
	doc_rest(&text);
	return flush(&text, sink);
}

/* --- docs/events.md ------------------------------------------------------------------------------------ */

static enum rt_status write_events(struct scn_sink sink)
{
	struct sh_text text = { 0 };
	const char *word, *help;
	sh_text_printf(
		&text,
		"# Events and probe points\n\nThis page is printed by `treefall help --docs=events` from "
		"the tables of both; `make docs` writes it again.\n\n## In the journal\n\nWhat can stand "
		"in the `event` of a journal's line, and where an event is asked for: `until EVENT` at the "
		"prompt, `on: {event: EVENT}` in a scenario.\n\n| event | |\n| --- | --- |\n");
	for (size_t i = 0; (word = sh_event_word(i, &help)); i++)
		add_row(&text, word, help);
	sh_text_printf(&text,
		       "\n## In the program\n\nProbe points (USDT) of provider `treefall`: what other "
		       "programs can look at while it runs; [how](probes.md).\nThe first argument is "
		       "`arg0`.\nPaths, reasons and names of "
		       "faults are addresses of texts in the process; times are virtual, in ns.\n`run` is "
		       "the runtime: its address, and in the lowest twelve bits its number in the process.\n"
		       "\n| point | when | arguments |\n| --- | --- | --- |\n");
	for (size_t i = 0; i < RT_USDT_COUNT; i++) {
		sh_text_printf(&text, "| `%s` | ", rt_usdt_rows[i].name);
		add_cell(&text, rt_usdt_rows[i].help);
		sh_text_printf(&text, " | ");
		add_cell(&text, rt_usdt_rows[i].args);
		sh_text_printf(&text, " |\n");
	}
	return flush(&text, sink);
}

/* --- docs/treefall.1 ----------------------------------------------------------------------------------- */

/* Text for troff: no escapes, no requests by accident, hyphens that can be copied. */
static void add_roff(struct sh_text *to, const char *text)
{
	for (const char *c = text; *c; c++) {
		if ((*c == '.' || *c == '\'') && (c == text || c[-1] == '\n'))
			sh_text_printf(to, "\\&");
		if (*c == '\\')
			sh_text_printf(to, "\\e");
		else if (*c == '-')
			sh_text_printf(to, "\\-");
		else if (*c == '`')
			sh_text_printf(to, "\\(ga");
		else
			sh_text_add(to, c, 1);
	}
}

static void roff_row(struct sh_text *to, const char *name, const char *help, const char *text)
{
	struct sh_text sentences = { 0 };
	sh_text_printf(to, ".TP\n.B ");
	add_roff(to, name);
	sh_text_printf(to, "\n");
	add_capital(&sentences, help);
	add_roff(to, sentences.text);
	sh_text_fini(&sentences);
	sh_text_printf(to, ".\n");
	if (text) {
		add_sentences(&sentences, text);
		add_roff(to, sentences.text);
		sh_text_fini(&sentences);
	}
}

static enum rt_status write_man(struct scn_sink sink)
{
	struct sh_text text = { 0 }, codes = { 0 };
	sh_text_printf(
		&text,
		".\\\" Printed by: treefall help --docs=treefall.1\n.TH TREEFALL 1 \"\" \"treefall %s\"\n"
		".SH NAME\ntreefall \\- fault injection and introspection for supervision trees\n"
		".SH SYNOPSIS\n",
		scn_version());
	for (size_t i = 0; i < SH_CLI_COUNT; i++) {
		sh_text_printf(&text, "%s.B treefall ", i ? ".br\n" : "");
		add_roff(&text, sh_cli_commands[i].name);
		sh_text_printf(&text, "\n.RI [ option ...]\n");
		add_roff(&text, sh_cli_commands[i].args);
		sh_text_printf(&text, "\n");
	}
	sh_text_printf(
		&text,
		".SH DESCRIPTION\n"
		"Treefall runs supervision trees, described by scenarios in YAML, in a deterministic runtime "
		"of its own whose\nsupervisors behave as those of Erlang/OTP.\n"
		"It injects faults into them, records every run as a journal that can be replayed byte by "
		"byte, gives a verdict,\nand tells why.\n"
		"Without a command it opens its shell on a terminal; without a terminal that is an error.\n"
		".SH COMMANDS\n");
	for (size_t i = 0; i < SH_CLI_COUNT; i++) {
		char *name = sh_format("%s %s", sh_cli_commands[i].name, sh_cli_commands[i].args);
		roff_row(&text, name, sh_cli_commands[i].help, sh_cli_commands[i].text);
		free(name);
	}
	sh_text_printf(&text, ".SH OPTIONS\nBehind each: the commands that take it.\n");
	for (size_t i = 0; i < SH_OPTIONS_COUNT; i++) {
		char *name = option_name(&sh_options[i]);
		char *help = sh_format("%s (%s)", sh_options[i].help,
				       strcmp(sh_options[i].commands, "*") ? sh_options[i].commands : "all");
		roff_row(&text, name + strspn(name, " "), help, NULL);
		free(help);
		free(name);
	}
	sh_text_printf(&text, ".SH SHELL\n");
	for (size_t i = 0; i < sh_commands_count; i++) {
		if (sh_commands[i].fault && !inj_fault_find(sh_commands[i].fault))
			continue;
		char *usage = sh_command_usage(&sh_commands[i]);
		roff_row(&text, usage, sh_command_help(&sh_commands[i]), NULL);
		free(usage);
	}
	sh_text_printf(&text, ".SH EXIT STATUS\n.nf\n");
	(void)sh_help_about(&codes, "codes");
	add_roff(&text, codes.text);
	sh_text_fini(&codes);
	sh_text_printf(&text, ".fi\n.SH FILES\n");
	roff_row(&text, "$XDG_STATE_HOME/treefall/history",
		 "what was typed at the prompt; by default below ~/.local/state", NULL);
	sh_text_printf(&text, ".SH ENVIRONMENT\n");
	roff_row(&text, "NO_COLOR", "when set and not empty, no colours unless --color=always", NULL);
	sh_text_printf(&text, ".SH EXAMPLES\n.nf\ntreefall run scenarios/library/*.yaml\n"
			      "treefall run \\-\\-journal run.jsonl scenarios/library/prismatic.yaml\n"
			      "treefall replay run.jsonl\n"
			      "treefall shell scenarios/library/prismatic.yaml\n.fi\n");
	return flush(&text, sink);
}

/* --- pages --------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum rt_status (*write)(struct scn_sink sink);
} pages[] = {
	{ "commands", write_commands },
	{ "events", write_events },
	{ "scenario-format", scn_write_format_doc },
	{ "scenario.schema.json", scn_write_schema },
	{ "treefall.1", write_man },
};
#define PAGES (sizeof(pages) / sizeof(pages[0]))

static enum sh_code write_page(struct sh_cli *cli)
{
	const char *names[PAGES];
	for (size_t i = 0; i < PAGES; i++) {
		names[i] = pages[i].name;
		if (strcmp(names[i], cli->docs) != 0)
			continue;
		enum rt_status status = pages[i].write(sh_file_sink(stdout));
		return status == RT_OK
			       ? SH_OK
			       : sh_cli_error(cli, status == RT_EIO ? SH_UNWRITTEN : SH_INTERNAL,
					      "cannot print %s: %s", cli->docs, rt_status_text(status));
	}
	const char *meant = inj_did_you_mean(cli->docs, names, PAGES);
	if (meant)
		return sh_cli_error(cli, SH_USAGE, "no page '%s'; did you mean %s?", cli->docs, meant);
	return sh_cli_error(
		cli, SH_USAGE,
		"no page '%s'; there are commands, events, scenario-format, scenario.schema.json, treefall.1",
		cli->docs);
}

enum sh_code sh_cli_help(struct sh_cli *cli)
{
	if (cli->docs)
		return write_page(cli);
	struct sh_text text = { 0 };
	enum sh_code code = SH_OK;
	const char *about = cli->n_words ? cli->words[0] : NULL;
	if (!about)
		sh_cli_print_help(&text);
	for (size_t i = 0; about && i < SH_CLI_COUNT; i++)
		if (!strcmp(sh_cli_commands[i].name, about))
			sh_cli_print_command(&text, &sh_cli_commands[i]);
	if (about && !strcmp(about, "shell")) {
		sh_text_printf(&text, "\n");
		sh_help_list(&text);
	}
	size_t matches;
	bool whole = about && sh_command_find(about, &matches) &&
		     !strcmp(sh_command_find(about, &matches)->name, about);
	if (about && text.text && whole) {
		sh_text_printf(&text, "\nIn the shell:\n\n");
		(void)sh_help_about(&text, about);
	} else if (about && !text.text && !sh_help_about(&text, about)) {
		const char *nearest = sh_help_nearest(about);
		code = sh_cli_error(cli, SH_USAGE, "no help about '%s'%s%s%s", about,
				    nearest ? "; did you mean " : "", nearest ? nearest : "",
				    nearest ? "?" : "");
	}
	if (text.text)
		sh_put(cli->out, text.text);
	sh_text_fini(&text);
	return code;
}
