/* cli_table.c - what the command line has: the commands of the program and their options. */
#include "cli.h"

#include <string.h>

const struct sh_option sh_options[SH_OPTIONS_COUNT] = {
#define X(name, key, word, arg, commands, help) { name, word, arg, commands, help },
	SH_OPTION_LIST(X)
#undef X
};

const struct sh_cli_command sh_cli_commands[SH_CLI_COUNT] = {
	[SH_CLI_RUN] = {
		.name = "run",
		.args = "FILE ...",
		.help = "run scenarios to their verdicts",
		.text = "All files are checked first.  One line a scenario on standard output, and a second "
			"one where there was work; failures, with what led to them and the line that "
			"reproduces them, on standard error.  The exit code says it all: `treefall help "
			"codes`.",
		.min = 1,
		.max = 100000,
	},
	[SH_CLI_SHELL] = {
		.name = "shell",
		.args = "[FILE]",
		.help = "explore a tree at the prompt; commands from a pipe otherwise",
		.text = "Without a terminal the commands are read from standard input, one a line; the exit "
			"code is that of the worst verdict that `run` gave, or with --strict of the first "
			"command that failed.",
		.max = 1,
	},
	[SH_CLI_WATCH] = {
		.name = "watch",
		.args = "FILE",
		.help = "see the tree live, inject, step back and go on another way",
		.text = "FILE is a scenario, or a journal to wind through.  `?` lists the keys.  Needs a "
			"terminal; where its cursor cannot be moved, and with --plain, it is told in lines.",
		.min = 1,
		.max = 1,
	},
	[SH_CLI_TREE] = {
		.name = "tree",
		.args = "FILE",
		.help = "start a scenario's tree and print it",
		.min = 1,
		.max = 1,
	},
	[SH_CLI_VALIDATE] = {
		.name = "validate",
		.args = "FILE ...",
		.help = "check scenarios without running them",
		.min = 1,
		.max = 100000,
	},
	[SH_CLI_REPLAY] = {
		.name = "replay",
		.args = "JOURNAL",
		.help = "run a journal again and say whether the bytes agree",
		.min = 1,
		.max = 1,
	},
	[SH_CLI_JOURNAL] = {
		.name = "journal",
		.args = "JOURNAL",
		.help = "print a journal of any format as one of another",
		.text = "As JSON Lines to standard output, unless --to or the ending of -o FILE says "
			"otherwise.  Nothing is run.  Nothing is lost either: from any format to any other "
			"and back the lines are the same bytes.  A torn or damaged journal is printed as far "
			"as it goes, and where it breaks off is told.  Formats: `treefall help journals`.",
		.min = 1,
		.max = 1,
	},
	[SH_CLI_WHY] = {
		.name = "why",
		.args = "FILE [PATH|SEQ]",
		.help = "run a scenario, or a journal again, and tell the chain of causes",
		.text = "Of a path: of the latest thing that happened to it; of a number: of that event; "
			"alone: of what decided the verdict, or of the last event.  Of several runs in a "
			"journal it tells of the first that did not pass, or of the last.",
		.min = 1,
		.max = 2,
	},
	[SH_CLI_REPORT] = {
		.name = "report",
		.args = "JOURNAL",
		.help = "run a journal again and write an HTML page about it",
		.text = "One page, which needs nothing else: for each run the verdict and how it came, the "
			"tree, the timeline, expectations, faults, services, hotspots.  Without -o it goes "
			"to standard output.  Of a torn journal it tells as far as that goes; the exit "
			"code is that of `treefall replay`.",
		.min = 1,
		.max = 1,
	},
	[SH_CLI_TRACE] = {
		.name = "trace",
		.args = "-p PID | -- COMMAND ...",
		.help = "look on at another process that runs the runtime, from the kernel",
		.text = "Who started, ended and was restarted, how long that took, how long handlers take, "
			"where processor time goes.  What the process does is not changed.  It takes root, "
			"or CAP_BPF and CAP_PERFMON: see docs/probes.md.  With -p on a terminal a table is "
			"drawn each second, otherwise there is one at the end; with --format json each event "
			"is a line when it happens, and what COMMAND prints goes to standard error.  A "
			"COMMAND that still runs when the looking ends is told to end, too; of one that has "
			"ended its exit code is ours.",
		.max = 100000,
	},
	[SH_CLI_PROBES] = {
		.name = "probes",
		.args = "list|check",
		.help = "the probe points of the runtime, or whether the kernel lets this user look",
		.text = "`check` ends with 69 where it does not, and says why.",
		.min = 1,
		.max = 1,
	},
	[SH_CLI_HELP] = {
		.name = "help",
		.args = "[COMMAND|FAULT|WORKER|TOPIC]",
		.help = "this list, or more about one thing",
		.max = 1,
	},
};

bool sh_option_of(const struct sh_option *option, const struct sh_cli_command *command)
{
	if (!strcmp(option->commands, "*"))
		return true;
	if (!command)
		return false;
	size_t length = strlen(command->name);
	for (const char *at = option->commands; (at = strstr(at, command->name)); at += length)
		if ((at == option->commands || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}
