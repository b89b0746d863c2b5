/* command.h - the table of the shell's commands: rows, groups, what can stand in a command's words.
 *
 * A command is a row and a function.  The prompt, scripts, completion, help and docs/commands.md all read the
 * rows.  Commands that are a fault of their own (`terminate_child core cache`) take words, help and example
 * from the fault's row.
 */
#ifndef SHELL_COMMAND_H
#define SHELL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "inject/inject.h"

#include "code.h"

struct sh_session;
struct sh_text;

#define SH_GROUP_LIST(X)                                                                                     \
	X(SH_GROUP_SCENARIO, "Scenario")                                                                     \
	X(SH_GROUP_WORLD, "Time")                                                                            \
	X(SH_GROUP_INJECT, "Faults")                                                                         \
	X(SH_GROUP_INSPECT, "Inspection")                                                                    \
	X(SH_GROUP_SHELL, "Shell")
enum sh_group {
#define X(name, title) name,
	SH_GROUP_LIST(X)
#undef X
		SH_GROUP_COUNT
};
const char *sh_group_title(enum sh_group group);

/* What a word of a command can be; completion proposes accordingly. */
enum sh_arg {
	SH_ARG_NONE,
	SH_ARG_TOPIC, /* a command, a fault, a topic of help */
	SH_ARG_FILE,
	SH_ARG_FAULT,       /* then its target and keys */
	SH_ARG_FAULT_WORDS, /* the words behind a fault's name */
	SH_ARG_PATH,
	SH_ARG_SUPERVISOR,
	SH_ARG_CHILD, /* id of a child of the supervisor in the word before */
	SH_ARG_DURATION,
	SH_ARG_NUMBER,
	SH_ARG_EVENT,
	SH_ARG_PROBE,     /* and what follows a probe's name */
	SH_ARG_EXPLAINED, /* a path or the seq of an event */
	SH_ARG_FORCE,     /* the word `force` */
	SH_ARG_ALL,       /* the word `all` */
	SH_ARG_PATH_OR_ALL,
	SH_ARG_SPEED,
	SH_ARG_LOOK, /* what `probes` takes */
	SH_ARG_HEAT, /* what counts as a hotspot */
	SH_ARG_SHOW /* how many events are shown as they happen */
};
#define SH_ARGS_MAX 3

struct sh_command {
	const char *name;
	enum sh_group group;
	const char *usage;             /* the words behind the name; null: printed from the fault's row */
	const char *help;              /* one line; null: the fault's */
	const char *text;              /* more of it; may be null */
	const char *example;           /* a whole line */
	enum sh_arg args[SH_ARGS_MAX]; /* the last one stands for all that follow */
	unsigned min, max;             /* words behind the name */
	bool needs_world;
	bool touches_files;
	const char *fault; /* the fault that this command is */
	/* argv[0] is the command's whole name. */
	enum sh_code (*run)(struct sh_session *session, unsigned argc, char *const *argv);
};
extern const struct sh_command sh_commands[];
extern const size_t sh_commands_count;

/* Help and usage, the fault's row looked through. */
const char *sh_command_help(const struct sh_command *command);
char *sh_command_usage(const struct sh_command *command); /* freed by the caller; name included */

/* By its name or a prefix that no other command shares.  Null with `*matches` 0: unknown; more: ambiguous. */
const struct sh_command *sh_command_find(const char *word, size_t *matches);
/* The command that was probably meant, null if none is near. */
const struct sh_command *sh_command_nearest(const char *word);

/* `TARGET reason=REASON` of a fault, freed by the caller. */
char *sh_fault_usage(const struct inj_fault *fault);
/* Every event that can happen, by number from 0 on; null behind the last. */
const char *sh_event_word(size_t index, const char **help);

/* Topics of help that are no command and no fault. */
struct sh_topic {
	const char *name, *help;
	void (*print)(struct sh_text *to);
};
extern const struct sh_topic sh_topics[];
extern const size_t sh_topics_count;

/* The functions of the rows, by file. */
typedef enum sh_code sh_command_fn(struct sh_session *session, unsigned argc, char *const *argv);
/* cmd_scenario.c */
sh_command_fn sh_cmd_load, sh_cmd_validate, sh_cmd_save, sh_cmd_seed, sh_cmd_journal;
sh_command_fn sh_cmd_help, sh_cmd_quit, sh_cmd_show;
/* cmd_world.c */
sh_command_fn sh_cmd_run, sh_cmd_step, sh_cmd_until, sh_cmd_play, sh_cmd_pause;
sh_command_fn sh_cmd_watch; /* watch_run.c */
/* cmd_inject.c */
sh_command_fn sh_cmd_inject, sh_cmd_heal, sh_cmd_fault;
/* cmd_inspect.c */
sh_command_fn sh_cmd_tree, sh_cmd_which_children, sh_cmd_count_children, sh_cmd_get_childspec;
sh_command_fn sh_cmd_events, sh_cmd_why, sh_cmd_expect, sh_cmd_services, sh_cmd_crashes;
sh_command_fn sh_cmd_crash;
/* cmd_probes.c */
sh_command_fn sh_cmd_probes, sh_cmd_hotspots, sh_cmd_latency;
/* Every probe point, for people. */
void sh_probes_list(struct sh_text *to);
/* What `probes` can do, by word. */
struct sh_look {
	const char *name;
	enum sh_code (*run)(struct sh_session *session);
};
extern const struct sh_look sh_looks[];
extern const size_t sh_looks_count;

#endif
