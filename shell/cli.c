/* cli.c - the command line to struct sh_cli, and that to the function of its command.
 *
 * argp gets the options that the command takes, made from the rows of the table.
 * Long options that nobody knows are looked for before argp sees them, because it cannot say what was meant.
 */
#include "cli.h"

#include <argp.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli_report.h"
#include "contain.h"
#include "memory.h"
#include "player.h"
#include "session.h"
#include "stop.h"

static sh_cli_fn *const run[SH_CLI_COUNT] = {
	[SH_CLI_RUN] = sh_cli_run,       [SH_CLI_SHELL] = sh_cli_shell,
	[SH_CLI_TREE] = sh_cli_tree,     [SH_CLI_VALIDATE] = sh_cli_validate,
	[SH_CLI_REPLAY] = sh_cli_replay, [SH_CLI_WHY] = sh_cli_why,
	[SH_CLI_REPORT] = sh_cli_report, [SH_CLI_TRACE] = sh_cli_trace,
	[SH_CLI_WATCH] = sh_cli_watch,   [SH_CLI_PROBES] = sh_cli_probes,
	[SH_CLI_HELP] = sh_cli_help,     [SH_CLI_JOURNAL] = sh_cli_journal,
};

/* Is there such a long option, whole or as a prefix?  Says so if there is not. */
static bool check_long(struct sh_cli *cli, const char *word, const struct sh_option **found)
{
	const char *names[64], *name = word + 2;
	size_t count = 0, length = strcspn(name, "=");
	*found = NULL;
	for (size_t i = 0; i < SH_OPTIONS_COUNT; i++) {
		const struct sh_option *option = &sh_options[i];
		if (!sh_option_of(option, cli->command))
			continue;
		names[count++] = option->name;
		if (strncmp(option->name, name, length) == 0)
			*found = option;
	}
	if (*found || !strcmp(name, "usage"))
		return true;
	char *meant = sh_strndup(name, length);
	const char *nearest = inj_did_you_mean(meant, names, count);
	const char *of = cli->command ? cli->command->name : "", *gap = cli->command ? ": " : "";
	if (nearest)
		(void)sh_cli_error(cli, SH_USAGE, "%s%sno option --%s; did you mean --%s?", of, gap, meant,
				   nearest);
	else
		(void)sh_cli_error(cli, SH_USAGE, "%s%sno option --%s; `treefall %s%s--help` lists them", of,
				   gap, meant, of, cli->command ? " " : "");
	free(meant);
	return false;
}

static bool check_options(struct sh_cli *cli, int argc, char **argv, bool stop_at_words)
{
	for (int i = 1; i < argc; i++) {
		const struct sh_option *option;
		if (!strcmp(argv[i], "--") || (stop_at_words && argv[i][0] != '-'))
			break;
		if (strncmp(argv[i], "--", 2) != 0)
			continue;
		if (!check_long(cli, argv[i], &option))
			return false;
		if (option && option->arg && !strchr(argv[i], '='))
			i++;
	}
	return true;
}

/* `lifecycle,hotspots` to bits; 0: one of them is none. */
static unsigned parse_views(const char *text)
{
	unsigned views = 0;

	for (;;) {
		size_t length = strcspn(text, ",");
		unsigned view = 0;
		while (view < PRB_VIEWS && (strlen(prb_view_word(view)) != length ||
					    strncmp(prb_view_word(view), text, length) != 0))
			view++;
		if (view == PRB_VIEWS)
			return 0;
		views |= PRB_BIT(view);
		if (text[length] == '\0')
			return views;
		text += length + 1;
	}
}

static error_t take(int key, char *arg, struct argp_state *state)
{
	struct sh_cli *cli = state->input;
	switch (key) {
	case SH_OPT_JOURNAL:
		cli->journal = arg;
		break;
	case SH_OPT_JOURNAL_FORMAT:
	case SH_OPT_TO:
		cli->journal_format = scn_format_find(arg);
		if (cli->journal_format == SCN_FORMATS)
			argp_error(state, "--%s: '%s' is none of jsonl, binary, sqlite",
				   key == SH_OPT_TO ? "to" : "journal-format", arg);
		cli->has_journal_format = true;
		break;
	case SH_OPT_SEED:
		if (!sh_parse_seed(arg, &cli->seed))
			argp_error(state, "--seed: '%s' is not a whole number below 2^64", arg);
		cli->has_seed = true;
		break;
	case SH_OPT_FORMAT:
		if (strcmp(arg, "human") != 0 && strcmp(arg, "json") != 0)
			argp_error(state, "--format: '%s' is neither human nor json", arg);
		cli->json = !strcmp(arg, "json");
		break;
	case SH_OPT_CHECK:
		cli->check_determinism = true;
		break;
	case SH_OPT_COMPARE:
		cli->compare = true;
		break;
	case SH_OPT_REPORT: {
		char wrong[200];
		if (!sh_reports_take(cli, arg, wrong, sizeof(wrong)))
			argp_error(state, "--report: %s", wrong);
		break;
	}
	case SH_OPT_OUTPUT:
		cli->output = arg;
		break;
	case SH_OPT_SVG:
		cli->svg = arg;
		break;
	case SH_OPT_MESSAGES:
		cli->message_events = true;
		break;
	case SH_OPT_STRICT:
		cli->strict = true;
		break;
	case SH_OPT_DOCS:
		cli->docs = arg;
		break;
	case SH_OPT_PID: {
		char *end;
		long pid = strtol(arg, &end, 10);
		if (end == arg || *end || pid < 1 || pid > INT32_MAX)
			argp_error(state, "--pid: '%s' is not the number of a process", arg);
		cli->pid = (int)pid;
		break;
	}
	case SH_OPT_DURATION:
		if (!inj_parse_duration(arg, &cli->duration))
			argp_error(state, "--duration: '%s' is not %s", arg, inj_type_text(INJ_DURATION));
		cli->has_duration = true;
		break;
	case SH_OPT_FOLDED:
		cli->folded = arg;
		break;
	case SH_OPT_VIEWS:
		cli->views = parse_views(arg);
		if (!cli->views)
			argp_error(state,
				   "--views: '%s' is not a list of lifecycle, latency, hotspots, processes",
				   arg);
		break;
	case SH_OPT_LIMIT: {
		int64_t limit;
		if (!inj_parse_count(arg, &limit) || limit < 0)
			argp_error(state, "--limit: '%s' is not %s", arg, inj_type_text(INJ_COUNT));
		cli->has_limit = true;
		cli->limit = (uint64_t)limit;
		break;
	}
	case SH_OPT_HERTZ: {
		int64_t hertz;
		if (!inj_parse_count(arg, &hertz) || hertz < 1 || hertz > 10000)
			argp_error(state, "--hertz: '%s' is not a whole number from 1 to 10,000", arg);
		cli->hertz = (unsigned)hertz;
		break;
	}
	case SH_OPT_HOT:
		if (!sh_parse_heat(arg, &cli->heat))
			argp_error(state, "--hot: '%s' is not a number and a duration, such as 3/5m", arg);
		break;
	case SH_OPT_PROBES:
		if (strcmp(arg, "off") != 0 && strcmp(arg, "auto") != 0 && strcmp(arg, "require") != 0)
			argp_error(state, "--probes: '%s' is none of off, auto, require", arg);
		cli->probes = !strcmp(arg, "off")    ? PRB_OFF
			      : !strcmp(arg, "auto") ? PRB_AUTO
						     : PRB_REQUIRE;
		cli->has_probes = true;
		break;
	case SH_OPT_SPEED:
		if (!sh_player_parse(arg, &cli->speed))
			argp_error(state, "--speed: '%s' is not a speed such as 0.1x, 1000x or max", arg);
		cli->has_speed = true;
		break;
	case SH_OPT_PAUSED:
		cli->paused = true;
		break;
	case SH_OPT_PLAIN:
		cli->plain = true;
		break;
	case SH_OPT_COLOR:
		if (strcmp(arg, "auto") != 0 && strcmp(arg, "always") != 0 && strcmp(arg, "never") != 0)
			argp_error(state, "--color: '%s' is none of auto, always, never", arg);
		cli->color = !strcmp(arg, "auto")     ? SH_COLOR_AUTO
			     : !strcmp(arg, "always") ? SH_COLOR_ALWAYS
						      : SH_COLOR_NEVER;
		break;
	case SH_OPT_QUIET:
		cli->verbosity = -1;
		break;
	case SH_OPT_VERBOSE:
		cli->verbosity = 1;
		break;
	case SH_OPT_HELP:
	case SH_OPT_USAGE:
	case SH_OPT_VERSION: {
		struct sh_text text = { 0 };
		if (key == SH_OPT_VERSION)
			sh_cli_print_version(&text);
		else if (cli->command)
			sh_cli_print_command(&text, cli->command);
		else
			sh_cli_print_help(&text);
		sh_put(cli->out, text.text);
		sh_text_fini(&text);
		exit(sh_output_flush(cli->out) ? SH_OK : SH_UNWRITTEN);
	}
	case ARGP_KEY_ARG:
		if (!cli->words)
			return ARGP_ERR_UNKNOWN; /* the command: its options are another matter */
		cli->words[cli->n_words++] = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void make_options(struct argp_option *rows, const struct sh_cli_command *command)
{
	size_t n = 0;
	for (size_t i = 0; i < SH_OPTIONS_COUNT; i++)
		if (sh_option_of(&sh_options[i], command))
			rows[n++] = (struct argp_option){ .name = sh_options[i].name,
							  .key = sh_options[i].key,
							  .arg = sh_options[i].arg,
							  .doc = sh_options[i].help };
	rows[n++] = (struct argp_option){ .name = "usage", .key = SH_OPT_USAGE, .flags = OPTION_HIDDEN };
	rows[n] = (struct argp_option){ 0 };
}

static void parse_words(struct sh_cli *cli, int argc, char **argv, unsigned flags, int *end)
{
	struct argp_option rows[SH_OPTIONS_COUNT + 2];
	make_options(rows, cli->command);
	struct argp argp = { .options = rows,
			     .parser = take,
			     .args_doc = cli->command ? cli->command->args : "COMMAND ..." };
	(void)argp_parse(&argp, argc, argv, ARGP_NO_HELP | flags, end, cli);
}

static const struct sh_cli_command *find_command(struct sh_cli *cli, const char *word)
{
	const char *names[64];
	for (size_t i = 0; i < SH_CLI_COUNT; i++) {
		if (!strcmp(sh_cli_commands[i].name, word))
			return &sh_cli_commands[i];
		names[i] = sh_cli_commands[i].name;
	}
	const char *meant = inj_did_you_mean(word, names, SH_CLI_COUNT);
	size_t matches;
	if (meant)
		(void)sh_cli_error(cli, SH_USAGE, "no command '%s'; did you mean %s?", word, meant);
	else if (strchr(word, '.') || strchr(word, '/'))
		(void)sh_cli_error(cli, SH_USAGE, "no command '%s'; to run a file: treefall run %s", word,
				   word);
	else if (sh_command_find(word, &matches) && matches)
		(void)sh_cli_error(cli, SH_USAGE, "'%s' is a command of the shell: treefall shell FILE",
				   word);
	else
		(void)sh_cli_error(cli, SH_USAGE, "no command '%s'; `treefall help` lists them", word);
	return NULL;
}

/* Reads the command line; anything but SH_OK ends the program, as do --help and --version here. */
static enum sh_code parse(struct sh_cli *cli, int argc, char **argv)
{
	argp_err_exit_status = SH_USAGE;
	if (!check_options(cli, argc, argv, true))
		return SH_USAGE;
	/* Options before the command are those that every command takes. */
	int end = 1;
	parse_words(cli, argc, argv, ARGP_IN_ORDER, &end);
	if (end < argc && !strcmp(argv[end], "--"))
		end++;
	if (end >= argc) {
		if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
			cli->command = &sh_cli_commands[SH_CLI_SHELL];
			return SH_OK;
		}
		return sh_cli_error(
			cli, SH_USAGE,
			"no command, and no terminal for the shell; `treefall help` lists the commands");
	}
	cli->command = find_command(cli, argv[end]);
	if (!cli->command || !check_options(cli, argc - end, argv + end, false))
		return SH_USAGE;
	cli->words = sh_alloc((size_t)(argc - end + 1) * sizeof(*cli->words));
	/* argp calls the program by argv[0]. */
	char *name = sh_format("treefall %s", cli->command->name), *word = argv[end];
	argv[end] = name;
	parse_words(cli, argc - end, argv + end, 0, NULL);
	argv[end] = word;
	free(name);
	if (cli->n_words < cli->command->min)
		return sh_cli_error(cli, SH_USAGE, "too few words: treefall %s %s", cli->command->name,
				    cli->command->args);
	if (cli->n_words > cli->command->max)
		return sh_cli_error(cli, SH_USAGE, "one word too many, '%s': treefall %s %s",
				    cli->words[cli->command->max], cli->command->name, cli->command->args);
	return SH_OK;
}

int sh_main(int argc, char **argv)
{
	/* What characters are and how wide; nothing else follows the locale. */
	setlocale(LC_CTYPE, "");
	sh_stop_install();
	(void)sh_contain_install();
	struct sh_output out, err;
	sh_output_init(&out, stdout, SH_COLOR_AUTO);
	sh_output_init(&err, stderr, SH_COLOR_AUTO);
	struct sh_cli cli = { .heat = SH_HEAT,
			      .hertz = PRB_HERTZ,
			      .program = argc ? argv[0] : "treefall",
			      .out = &out,
			      .err = &err };
	enum sh_code code = parse(&cli, argc, argv);
	if (code == SH_OK) {
		sh_output_init(&out, stdout, cli.color);
		sh_output_init(&err, stderr, cli.color);
		code = run[cli.command - sh_cli_commands](&cli);
	}
	if (!sh_output_flush(&out))
		code = sh_code_worse(code, SH_UNWRITTEN);
	free(cli.words);
	return (int)code;
}
