/* cli.h - the command line of the program: its commands and options as tables, and what was given. */
#ifndef SHELL_CLI_H
#define SHELL_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/witness.h"
#include "scenarios/journals.h"

#include "command.h"
#include "output.h"
#include "witness_text.h"

/* The program. */
int sh_main(int argc, char **argv);

struct sh_report_format;
#define SH_REPORTS_MAX 16

/* What was given on the command line. */
struct sh_cli {
	const char *program; /* argv[0], to print lines that can be pasted */
	struct sh_output *out, *err;
	enum sh_color color;
	const struct sh_cli_command *command;
	char **words; /* behind the command, options taken out */
	unsigned n_words;
	const char *journal;
	bool has_journal_format;
	enum scn_format journal_format; /* of --journal-format, or of --to */
	bool has_seed;
	uint64_t seed;
	bool json;
	bool check_determinism;
	bool message_events;
	bool compare;
	bool strict;
	const char *docs;
	int pid;
	bool has_duration;
	rt_time duration;
	const char *folded;
	unsigned views; /* a bit for each enum prb_view; 0: not said */
	struct sh_heat heat;
	bool has_limit;
	uint64_t limit;
	unsigned hertz;
	enum prb_mode probes;
	bool has_probes;
	bool has_speed;
	uint32_t speed; /* in thousandths; 0: as fast as it goes */
	bool paused, plain;
	int verbosity; /* -1 quiet, 0, 1 verbose */
	const char *svg, *output;
	struct {
		const struct sh_report_format *format;
		const char *file;
	} reports[SH_REPORTS_MAX];
	unsigned n_reports;
};

/* Options: C name, key (a letter is a short form, too), long name, argument or null, which commands take it
 * (words parted by blanks, * for all), help. */
#define SH_OPTION_LIST(X)                                                                                    \
	X(SH_OPT_JOURNAL, 256, "journal", "FILE", "run shell",                                               \
	  "write the journals of all runs to FILE (of run: - is standard output)")                           \
	X(SH_OPT_JOURNAL_FORMAT, 292, "journal-format", "jsonl|binary|sqlite", "run shell",                  \
	  "in this format, instead of the one that the ending of FILE says: `treefall help journals`")       \
	X(SH_OPT_TO, 293, "to", "jsonl|binary|sqlite", "journal",                                            \
	  "into which format; by default the one that the ending of -o FILE says, or jsonl")                 \
	X(SH_OPT_SEED, 257, "seed", "N", "run shell watch tree why",                                         \
	  "use this seed instead of the scenario's")                                                         \
	X(SH_OPT_FORMAT, 258, "format", "human|json", "run trace",                                           \
	  "how it is told: lines for people, or a JSON object a line")                                       \
	X(SH_OPT_CHECK, 259, "check-determinism", NULL, "run",                                               \
	  "run each scenario twice and compare; a difference is an ERROR")                                   \
	X(SH_OPT_COMPARE, 270, "compare", NULL, "run",                                                       \
	  "after the runs, a table with a column for each scenario: what became of the work")                \
	X(SH_OPT_REPORT, 290, "report", "FORMAT=FILE", "run",                                                \
	  "write a report of all runs to FILE (- is standard output); FORMAT is html; may be given several " \
	  "times")                                                                                           \
	X(SH_OPT_OUTPUT, 'o', "output", "FILE", "report journal",                                            \
	  "where it goes (- is standard output)")                                                            \
	X(SH_OPT_SVG, 291, "svg", "FILE", "tree",                                                            \
	  "draw the tree as a picture instead (- is standard output)")                                       \
	X(SH_OPT_MESSAGES, 260, "message-events", NULL, "run shell",                                         \
	  "also an event for each message handled")                                                          \
	X(SH_OPT_STRICT, 261, "strict", NULL, "shell", "commands from a pipe: stop at the first that fails") \
	X(SH_OPT_DOCS, 262, "docs", "PAGE", "help",                                                          \
	  "print a generated page: commands, events, scenario-format, scenario.schema.json, treefall.1")     \
	X(SH_OPT_PID, 'p', "pid", "PID", "trace", "the process to look at")                                  \
	X(SH_OPT_DURATION, 264, "duration", "TIME", "trace", "look for so long, such as 10s, and then end")  \
	X(SH_OPT_FOLDED, 265, "folded", "FILE", "trace",                                                     \
	  "write where processor time went as folded stacks, for flame graphs (- is standard output)")       \
	X(SH_OPT_VIEWS, 266, "views", "VIEW,...", "trace",                                                   \
	  "lifecycle, latency, hotspots, processes; by default all that can be had")                         \
	X(SH_OPT_LIMIT, 280, "limit", "N", "trace",                                                          \
	  "events a second, on each processor, that are told one by one; those beyond are only counted. "    \
	  "50k for the process of another, 0 is any number")                                                 \
	X(SH_OPT_HERTZ, 281, "hertz", "N", "trace", "samples in a second of processor time (99)")            \
	X(SH_OPT_HOT, 282, "hot", "N/TIME", "trace",                                                         \
	  "a restart hotspot is what was restarted more than N times in TIME (3/5m)")                        \
	X(SH_OPT_PROBES, 267, "probes", "off|auto|require", "run watch",                                           \
	  "let a witness count beside the journal: the kernel where it can (auto), or nothing else "         \
	  "(require); of run it is off by default, of watch auto")                                           \
	X(SH_OPT_SPEED, 271, "speed", "0.1x...1000x|max", "watch",                                           \
	  "how fast virtual time passes; 1x by default")                                                     \
	X(SH_OPT_PAUSED, 272, "paused", NULL, "watch", "begin with time standing still")                     \
	X(SH_OPT_PLAIN, 277, "plain", NULL, "watch",                                                         \
	  "tell it in lines instead of pictures: for screen readers and pipes; as on a dumb terminal")       \
	X(SH_OPT_COLOR, 263, "color", "auto|always|never", "*",                                              \
	  "colours; auto follows the terminal and NO_COLOR")                                                 \
	X(SH_OPT_QUIET, 'q', "quiet", NULL, "*", "print nothing but failures")                               \
	X(SH_OPT_VERBOSE, 'v', "verbose", NULL, "*", "print each event as it happens")                       \
	X(SH_OPT_HELP, 'h', "help", NULL, "*", "print help")                                                 \
	X(SH_OPT_VERSION, 'V', "version", NULL, "*", "print the version and what this build lacks")
enum sh_option_key {
	SH_OPT_USAGE = 300, /* argp's messages name it; the same as --help */
#define X(name, key, word, arg, commands, help) name = key,
	SH_OPTION_LIST(X)
#undef X
};

struct sh_option {
	int key;
	const char *name, *arg, *commands, *help;
};
#define X(name, key, word, arg, commands, help) +1
enum { SH_OPTIONS_COUNT = 0 SH_OPTION_LIST(X) };
#undef X
extern const struct sh_option sh_options[SH_OPTIONS_COUNT];
bool sh_option_of(const struct sh_option *option,
		  const struct sh_cli_command *command); /* null: no command */

/* The functions are apart from the rows: help is one of them, and reads the rows. */
enum sh_cli_number {
	SH_CLI_RUN,
	SH_CLI_SHELL,
	SH_CLI_WATCH,
	SH_CLI_TREE,
	SH_CLI_VALIDATE,
	SH_CLI_REPLAY,
	SH_CLI_JOURNAL,
	SH_CLI_WHY,
	SH_CLI_REPORT,
	SH_CLI_TRACE,
	SH_CLI_PROBES,
	SH_CLI_HELP,
	SH_CLI_COUNT
};
struct sh_cli_command {
	const char *name;
	const char *args;
	const char *help;
	const char *text; /* may be null */
	unsigned min, max;
};
extern const struct sh_cli_command sh_cli_commands[SH_CLI_COUNT];

/* `text` as one word of a POSIX shell. */
void sh_cli_add_word(struct sh_text *to, const char *text);                      /* cli_run.c */
/* Run a journal again and tell what is wrong with it; `look` may be null, otherwise nothing is told of one
 * that agrees. */
enum sh_code sh_cli_replay_look(struct sh_cli *cli, struct scn_replay *replay, scn_look_fn *look,
				void *ctx);                                      /* cli_tools.c */

/* A usage error: a line, and how to get help. */
enum sh_code sh_cli_error(struct sh_cli *cli, enum sh_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

typedef enum sh_code sh_cli_fn(struct sh_cli *cli);
sh_cli_fn sh_cli_run;                                                            /* cli_run.c */
sh_cli_fn sh_cli_shell, sh_cli_tree, sh_cli_validate, sh_cli_replay, sh_cli_why; /* cli_tools.c */
sh_cli_fn sh_cli_watch;                                                          /* cli_tools.c */
sh_cli_fn sh_cli_report;                                                         /* cli_report.c */
sh_cli_fn sh_cli_journal;                                                        /* cli_journal.c */
sh_cli_fn sh_cli_trace;                                                          /* cli_trace.c */
sh_cli_fn sh_cli_probes;                                                         /* cli_probes.c */
sh_cli_fn sh_cli_help;                                                           /* cli_help.c */
void sh_cli_print_help(struct sh_text *to);
void sh_cli_print_command(struct sh_text *to, const struct sh_cli_command *command);
void sh_cli_print_version(struct sh_text *to);

#endif
