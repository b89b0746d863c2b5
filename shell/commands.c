/* commands.c - the table of commands, and how a word finds its row. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "output.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Commands that are a fault of their own: words, help and example are those of the fault. */
#define FAULT_COMMAND(word, example_line)                                                                    \
	{                                                                                                    \
		.name = word, .group = SH_GROUP_INJECT, .example = example_line,                             \
		.args = { SH_ARG_FAULT_WORDS }, .min = 1, .max = 32, .needs_world = true, .fault = word,     \
		.run = sh_cmd_fault                                                                          \
	}

const struct sh_command sh_commands[] = {
	{
		.name = "load",
		.group = SH_GROUP_SCENARIO,
		.usage = "FILE",
		.args = { SH_ARG_FILE },
		.help = "load a scenario and start its tree",
		.text = "The tree is brought up at time 0 and nothing else happens yet: the scenario's "
			"method is part of the world and happens as time passes.  What ran before is judged "
			"and dropped.",
		.example = "load scenarios/library/prismatic.yaml",
		.min = 1,
		.max = 1,
		.touches_files = true,
		.run = sh_cmd_load,
	},
	{
		.name = "validate",
		.group = SH_GROUP_SCENARIO,
		.usage = "FILE ...",
		.args = { SH_ARG_FILE },
		.help = "check scenario files without running them",
		.example = "validate scenarios/library/prismatic.yaml",
		.min = 1,
		.max = 256,
		.touches_files = true,
		.run = sh_cmd_validate,
	},
	{
		.name = "save",
		.group = SH_GROUP_SCENARIO,
		.usage = "FILE [force]",
		.args = { SH_ARG_FILE, SH_ARG_FORCE },
		.help = "write what was done as a scenario that does it again",
		.text = "The loaded scenario with everything done at the prompt as its method, and the "
			"expectations added with `expect`.  An existing file is replaced only with `force` "
			"(or `!`).",
		.example = "save mine.yaml",
		.min = 1,
		.max = 2,
		.needs_world = true,
		.touches_files = true,
		.run = sh_cmd_save,
	},
	{
		.name = "seed",
		.group = SH_GROUP_SCENARIO,
		.usage = "[N]",
		.args = { SH_ARG_NUMBER },
		.help = "show the seed of this run, or set the one for the next load",
		.example = "seed 42",
		.min = 0,
		.max = 1,
		.run = sh_cmd_seed,
	},
	{
		.name = "journal",
		.group = SH_GROUP_SCENARIO,
		.usage = "[FILE]",
		.args = { SH_ARG_FILE },
		.help = "record runs into a file, from their load on",
		.text = "A journal begins with its run: the loaded scenario is loaded again if nothing was "
			"done to it so far, otherwise recording begins with the next load.  `treefall replay "
			"FILE` runs it again.  The ending of FILE says in which format: `treefall help "
			"journals`.  "
			"Without FILE: says where this run is recorded.",
		.example = "journal run.jsonl",
		.min = 0,
		.max = 1,
		.touches_files = true,
		.run = sh_cmd_journal,
	},
	{
		.name = "run",
		.group = SH_GROUP_WORLD,
		.usage = "[DURATION]",
		.args = { SH_ARG_DURATION },
		.help = "let time pass, or run the scenario to its verdict",
		.text = "`run 5s` lets five seconds of virtual time pass, at full speed.  `run` alone does "
			"the rest of the method, the rollbacks and the final stop, and gives the verdict.  "
			"Ctrl-C stops it.",
		.example = "run 5s",
		.min = 0,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_run,
	},
	{
		.name = "step",
		.group = SH_GROUP_WORLD,
		.usage = "[N]",
		.args = { SH_ARG_NUMBER },
		.help = "one dispatch, or N of them",
		.text = "One actor handles one message.  When all is quiet, time jumps to what is due next.",
		.example = "step 10",
		.min = 0,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_step,
	},
	{
		.name = "until",
		.group = SH_GROUP_WORLD,
		.usage = "EVENT [PATH]",
		.args = { SH_ARG_EVENT, SH_ARG_PATH },
		.help = "run until such an event, of PATH if one is given",
		.text = "PATH may be a pattern.  Stops when nothing is left to happen, too; see `help "
			"events`.",
		.example = "until restart",
		.min = 1,
		.max = 2,
		.needs_world = true,
		.run = sh_cmd_until,
	},
	{
		.name = "play",
		.group = SH_GROUP_WORLD,
		.usage = "[SPEED]",
		.args = { SH_ARG_SPEED },
		.help = "let virtual time pass with the real one",
		.text = "SPEED is 0.1x to 1000x, or max; 1x without.  The prompt stays usable meanwhile; "
			"`pause` ends it.  Needs a terminal.",
		.example = "play 10x",
		.min = 0,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_play,
	},
	{
		.name = "pause",
		.group = SH_GROUP_WORLD,
		.usage = "",
		.help = "end `play`",
		.example = "pause",
		.needs_world = true,
		.run = sh_cmd_pause,
	},
	{
		.name = "watch",
		.group = SH_GROUP_WORLD,
		.usage = "",
		.help = "see the tree live, step back in time and go on another way",
		.text = "The run so far comes along, and what is done there is done: after `q` the prompt "
			"goes on where it was left.  `?` lists its keys.  Needs a terminal, and a run that "
			"is not being recorded.",
		.example = "watch",
		.needs_world = true,
		.run = sh_cmd_watch,
	},
	{
		.name = "inject",
		.group = SH_GROUP_INJECT,
		.usage = "FAULT TARGET [VALUE] [KEY=VALUE ...]",
		.args = { SH_ARG_FAULT, SH_ARG_FAULT_WORDS },
		.help = "do a fault of the table to a target, now or later",
		.text = "TARGET is a path or a pattern with * and **.  A VALUE without a key is the fault's "
			"first parameter that has none yet.  Without a trigger (at=, every=, on.event=, ...) "
			"it happens at once; what follows from it happens when time passes: `run` or `step`. "
			" See `help faults` and `help keys`.",
		.example = "inject crash core/cache reason=badarg",
		.min = 2,
		.max = 32,
		.needs_world = true,
		.run = sh_cmd_inject,
	},
	{
		.name = "heal",
		.group = SH_GROUP_INJECT,
		.usage = "[PATH]",
		.args = { SH_ARG_PATH },
		.help = "take lasting faults away, all or those on PATH",
		.example = "heal core/cache",
		.min = 0,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_heal,
	},
	FAULT_COMMAND("set", "set core strategy=one_for_all"),
	FAULT_COMMAND("send", "send core/cache"),
	FAULT_COMMAND("start_child", "start_child core extra"),
	FAULT_COMMAND("terminate_child", "terminate_child core cache"),
	FAULT_COMMAND("restart_child", "restart_child core cache"),
	FAULT_COMMAND("delete_child", "delete_child core cache"),
	{
		.name = "tree",
		.group = SH_GROUP_INSPECT,
		.usage = "[PATH] [all]",
		.args = { SH_ARG_PATH_OR_ALL, SH_ARG_ALL },
		.help = "the tree as it stands: state, restarts, intensity used",
		.text = "`1/3 in 5s` behind a supervisor: it has used one of the three restarts that it "
			"allows within five seconds.  A `*` marks a default that the scenario does not say "
			"itself.  Of a service: what is in flight, and its availability where that is not "
			"100%.  Of many children under one supervisor the first and the remarkable ones "
			"are shown; `all` shows every one.",
		.example = "tree core",
		.min = 0,
		.max = 2,
		.needs_world = true,
		.run = sh_cmd_tree,
	},
	{
		.name = "which_children",
		.group = SH_GROUP_INSPECT,
		.usage = "SUPERVISOR",
		.args = { SH_ARG_SUPERVISOR },
		.help = "its children as OTP lists them: latest first",
		.text = "Read from the supervisor's records: no request is sent, and the run stays as it "
			"was.",
		.example = "which_children core",
		.min = 1,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_which_children,
	},
	{
		.name = "count_children",
		.group = SH_GROUP_INSPECT,
		.usage = "SUPERVISOR",
		.args = { SH_ARG_SUPERVISOR },
		.help = "specs, active, supervisors, workers",
		.text = "Read from the supervisor's records: no request is sent, and the run stays as it "
			"was.",
		.example = "count_children core",
		.min = 1,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_count_children,
	},
	{
		.name = "get_childspec",
		.group = SH_GROUP_INSPECT,
		.usage = "SUPERVISOR CHILD",
		.args = { SH_ARG_SUPERVISOR, SH_ARG_CHILD },
		.help = "the specification of one child, defaults filled in and named",
		.text = "Read from the supervisor's records: no request is sent, and the run stays as it "
			"was.  Of a worker a second line says what it does; a star marks what nobody has "
			"said.",
		.example = "get_childspec core cache",
		.min = 2,
		.max = 2,
		.needs_world = true,
		.run = sh_cmd_get_childspec,
	},
	{
		.name = "services",
		.group = SH_GROUP_INSPECT,
		.usage = "[PATTERN]",
		.args = { SH_ARG_PATH },
		.help = "what was asked of each service, and what came of it",
		.text = "A service is a path of which something was asked; availability is the share of "
			"what ended that was served or degraded, p50 and p99 are of the time from asking to "
			"answer.  After the end: as it was when the run was judged.  `help probes` has what "
			"can be expected of them.",
		.example = "services core/*",
		.min = 0,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_services,
	},
	{
		.name = "events",
		.group = SH_GROUP_INSPECT,
		.usage = "[N] [PATH]",
		.args = { SH_ARG_EXPLAINED, SH_ARG_PATH },
		.help = "the latest N events (20), of PATH if one is given",
		.example = "events 5 core/cache",
		.min = 0,
		.max = 2,
		.needs_world = true,
		.run = sh_cmd_events,
	},
	{
		.name = "why",
		.group = SH_GROUP_INSPECT,
		.usage = "[PATH|SEQ]",
		.args = { SH_ARG_EXPLAINED },
		.help = "the chain of causes of a restart, a stop, an escalation",
		.text = "Of a path: the latest thing that happened to it.  Without one: what the verdict is "
			"about, or the latest event.",
		.example = "why core/cache",
		.min = 0,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_why,
	},
	{
		.name = "probes",
		.group = SH_GROUP_INSPECT,
		.usage = "[on|off|list|stats|reconcile]",
		.args = { SH_ARG_LOOK },
		.help = "let a witness look on, from the kernel where that can be had; what it saw",
		.text = "`on` for this run and those that are loaded later; `list` says which probe points "
			"there are; `stats` counts hits and losses; `reconcile` holds what the kernel saw "
			"against the journal, path by path.  Looking on changes nothing of the run.",
		.example = "probes on",
		.min = 0,
		.max = 1,
		.needs_world = false,
		.run = sh_cmd_probes,
	},
	{
		.name = "hotspots",
		.group = SH_GROUP_INSPECT,
		.usage = "[N/TIME]",
		.args = { SH_ARG_HEAT },
		.help = "what was restarted more than N times in TIME (3/5m), and where processor time went",
		.text = "Needs `probes on`.  `now` are the restarts in the TIME before the latest of all, "
			"`worst` the most there ever were in so much time; a subtree has those of all below.",
		.example = "hotspots 10/1m",
		.min = 0,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_hotspots,
	},
	{
		.name = "latency",
		.group = SH_GROUP_INSPECT,
		.usage = "",
		.help = "how long handlers, waiting in mailboxes and coming back after an exit took",
		.text = "Needs `probes on`.",
		.example = "latency",
		.needs_world = true,
		.run = sh_cmd_latency,
	},
	{
		.name = "crashes",
		.group = SH_GROUP_INSPECT,
		.usage = "",
		.help = "the latest deaths that nobody ordered, the latest first",
		.example = "crashes",
		.min = 0,
		.max = 0,
		.needs_world = true,
		.run = sh_cmd_crashes,
	},
	{
		.name = "crash",
		.group = SH_GROUP_INSPECT,
		.usage = "[N]",
		.args = { SH_ARG_NUMBER },
		.help = "one of them in full: signal, address, stack, what it was at, what became of it",
		.text = "N is its number in `crashes`; without one, the latest.",
		.example = "crash 1",
		.min = 0,
		.max = 1,
		.needs_world = true,
		.run = sh_cmd_crash,
	},
	{
		.name = "expect",
		.group = SH_GROUP_INSPECT,
		.usage = "[PROBE PATH [TOLERANCE=VALUE] | PATH WORD]",
		.args = { SH_ARG_PROBE },
		.help = "check an expectation now and add it; alone, list them all",
		.text = "`expect restarts core/cache equals=1`, or `expect core/cache restarted`.  It is "
			"judged again with the verdict, and goes into the file that `save` writes.  After "
			"the end `expect` alone shows what was found when the run was judged, before the "
			"final stop.  See `help probes`.",
		.example = "expect restarts core/cache equals=1",
		.min = 0,
		.max = 32,
		.needs_world = true,
		.run = sh_cmd_expect,
	},
	{
		.name = "help",
		.group = SH_GROUP_SHELL,
		.usage = "[COMMAND|FAULT|WORKER|TOPIC]",
		.args = { SH_ARG_TOPIC },
		.help = "this list, or more about one thing",
		.example = "help inject",
		.min = 0,
		.max = 1,
		.run = sh_cmd_help,
	},
	{
		.name = "show",
		.group = SH_GROUP_SHELL,
		.usage = "[some|all|none]",
		.args = { SH_ARG_SHOW },
		.help = "how many events are printed as they happen",
		.text = "`some` is the default: the first 200 of each command.  `events` has them all.",
		.example = "show all",
		.min = 0,
		.max = 1,
		.run = sh_cmd_show,
	},
	{
		.name = "quit",
		.group = SH_GROUP_SHELL,
		.usage = "",
		.help = "leave; Ctrl-D does the same",
		.example = "quit",
		.run = sh_cmd_quit,
	},
};
const size_t sh_commands_count = COUNT(sh_commands);

const char *sh_group_title(enum sh_group group)
{
	static const char *const titles[SH_GROUP_COUNT] = {
#define X(name, title) [name] = title,
		SH_GROUP_LIST(X)
#undef X
	};
	return titles[group];
}

static const struct inj_fault *fault_of(const struct sh_command *command)
{
	return command->fault ? inj_fault_find(command->fault) : NULL;
}

const char *sh_command_help(const struct sh_command *command)
{
	const struct inj_fault *fault = fault_of(command);
	return command->help ? command->help : fault ? fault->help : "";
}

/* Name and usage of a parameter: its words where there are few. */
static void add_param(struct sh_text *text, const struct inj_param *param)
{
	sh_text_printf(text, param->mandatory ? " %s=" : " [%s=", param->name);
	if (param->type == INJ_WORD && param->words) {
		for (const char *const *word = param->words; *word; word++)
			sh_text_printf(text, "%s%s", word == param->words ? "" : "|", *word);
	} else {
		for (const char *c = param->name; *c; c++)
			sh_text_printf(text, "%c", *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	}
	if (!param->mandatory)
		sh_text_add(text, "]", 1);
}

char *sh_fault_usage(const struct inj_fault *fault)
{
	struct sh_text text = { 0 };
	sh_text_printf(&text, "%s",
		       fault->aim == INJ_AIM_WORKER       ? "WORKER"
		       : fault->aim == INJ_AIM_SUPERVISOR ? "SUPERVISOR"
							  : "TARGET");
	for (unsigned i = 0; i < INJ_PARAMS_MAX && fault->params[i].name; i++)
		add_param(&text, &fault->params[i]);
	sh_text_printf(&text, " [KEY=VALUE ...]");
	return text.text;
}

char *sh_command_usage(const struct sh_command *command)
{
	const struct inj_fault *fault = fault_of(command);
	char *words = command->usage ? sh_strdup(command->usage)
		      : fault        ? sh_fault_usage(fault)
				     : sh_strdup("");
	char *usage = sh_format("%s%s%s", command->name, *words ? " " : "", words);
	free(words);
	return usage;
}

/* A command whose fault does not exist is not there. */
static bool is_there(const struct sh_command *command)
{
	return !command->fault || fault_of(command);
}

const struct sh_command *sh_command_find(const char *word, size_t *matches)
{
	const struct sh_command *found = NULL;
	*matches = 0;
	for (size_t i = 0; *word && i < sh_commands_count; i++) {
		const struct sh_command *command = &sh_commands[i];
		if (!is_there(command) || strncmp(command->name, word, strlen(word)) != 0)
			continue;
		if (!strcmp(command->name, word)) {
			*matches = 1;
			return command;
		}
		found = command;
		++*matches;
	}
	return *matches == 1 ? found : NULL;
}

const struct sh_command *sh_command_nearest(const char *word)
{
	const char *names[COUNT(sh_commands)];
	for (size_t i = 0; i < sh_commands_count; i++)
		names[i] = sh_commands[i].name;
	const char *meant = inj_did_you_mean(word, names, sh_commands_count);
	size_t matches;
	return meant ? sh_command_find(meant, &matches) : NULL;
}

const char *sh_event_word(size_t index, const char **help)
{
	const char *before = "";
	for (unsigned kind = RT_EV_NONE + 1; kind < SCN_EV_END; kind++) {
		const char *word = scn_event_word(kind);
		/* Where the layers meet are numbers without a word; some words have several numbers. */
		if (!word || scn_event_find(word) != kind || !strcmp(word, before))
			continue;
		before = word;
		if (index-- == 0) {
			if (help)
				*help = scn_event_help(kind);
			return word;
		}
	}
	return NULL;
}
