/* help.c - help texts, printed from the tables of commands, faults, keys, probes and events. */
#include "help.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/journals.h"

#include "memory.h"

#define HELP_WIDTH 92

void sh_help_row(struct sh_text *to, const char *name, unsigned width, const char *help)
{
	sh_text_printf(to, "  %-*s  %s\n", (int)width, name, help);
}

void sh_help_wrap(struct sh_text *to, const char *text)
{
	for (size_t column = 0; *text;) {
		size_t length = strcspn(text, " ");
		if (column && column + 1 + length > HELP_WIDTH) {
			sh_text_printf(to, "\n");
			column = 0;
		}
		sh_text_printf(to, "%s%.*s", column ? " " : "", (int)length, text);
		column += length + (column > 0);
		text += length;
		text += strspn(text, " ");
	}
	sh_text_printf(to, "\n");
}

static void print_faults(struct sh_text *to)
{
	sh_text_printf(to, "Faults: `inject FAULT TARGET [KEY=VALUE ...]`, or `action:` in a scenario.\n\n");
	for (size_t i = 0; i < inj_faults_count; i++)
		sh_help_row(to, inj_faults[i].name, 16, inj_faults[i].help);
	sh_text_printf(to,
		       "\n`help FAULT` shows its parameters; `help keys` when and how often it is done.\n");
}

static void print_keys(struct sh_text *to)
{
	sh_text_printf(to, "Keys of every fault, at the prompt and in a scenario:\n\n");
	for (size_t i = 0; i < inj_keys_count; i++)
		sh_help_row(to, inj_keys[i].name, 16, inj_keys[i].help);
}

static void print_probes(struct sh_text *to)
{
	sh_text_printf(to, "Probes: `expect PROBE PATH TOLERANCE=VALUE`, or `{probe: PROBE, of: PATH, "
			   "TOLERANCE: VALUE}`\n"
			   "in a scenario.\n\n");
	for (size_t i = 0; i < SCN_PROBE_COUNT; i++)
		sh_help_row(to, scn_probe_rows[i].word, 14, scn_probe_rows[i].help);
	sh_text_printf(to,
		       "\nFrom availability on they are about requests; PATH is a service, or a "
		       "supervisor that\n"
		       "stands for the services below it.  latency takes percentile= (99%% without it).\n");
	sh_text_printf(to, "\nIn one word: `expect PATH WORD`, or `PATH: WORD`.\n\n");
	for (unsigned i = 0; i < SCN_SIBLING_COUNT; i++)
		sh_help_row(to, scn_sibling_word((enum scn_sibling)i), 14,
			    scn_sibling_help((enum scn_sibling)i));
	sh_text_printf(to, "\nTolerances:");
	for (unsigned i = SCN_IS; i <= SCN_BETWEEN; i++)
		sh_text_printf(to, " %s", scn_tolerance_word((enum scn_tolerance)i));
	sh_text_printf(to, "\n");
}

static void print_events(struct sh_text *to)
{
	const char *help, *word;
	sh_text_printf(to, "Events, as in `until EVENT`, `on.event=EVENT` and a journal's `event`:\n\n");
	for (size_t i = 0; (word = sh_event_word(i, &help)); i++)
		sh_help_row(to, word, 18, help);
}

static void print_workers(struct sh_text *to)
{
	size_t count;
	const struct rt_behaviour *const *rows = rt_behaviours(&count);
	sh_text_printf(to, "Workers: `worker: NAME`, or `worker: {behaviour: NAME, PARAMETER: VALUE}` in a "
			   "scenario.\n\n");
	for (size_t i = 0; i < count; i++)
		sh_help_row(to, rows[i]->name, 14, rows[i]->help);
	sh_text_printf(to, "\n`help NAME` shows its parameters.\n");
}

static void print_journals(struct sh_text *to)
{
	sh_text_printf(
		to, "Formats of journals; `--journal FILE` takes the one that the ending of FILE says:\n\n");
	for (unsigned i = 0; i < SCN_FORMATS; i++) {
		enum scn_format format = (enum scn_format)i;
		sh_text_printf(to, "  %-8s  %-22s  %s\n", scn_format_word(format), scn_format_endings(format),
			       scn_format_help(format));
	}
	sh_text_printf(
		to, "\nAny other ending is JSON Lines, too.  What reads journals takes any of them, by how\n"
		    "they begin; `treefall journal FILE` prints one as another.\n");
}

static void print_codes(struct sh_text *to)
{
	static const struct {
		enum sh_code code;
		const char *help;
	} rows[] = {
		{ SH_OK, "all PASS" },
		{ SH_FAIL, "at least one FAIL" },
		{ SH_INCONCLUSIVE, "no FAIL, at least one INCONCLUSIVE" },
		{ SH_USAGE, "wrong usage" },
		{ SH_INVALID, "scenario or journal invalid (diagnostics printed)" },
		{ SH_MISSING, "file, program or process missing or unreadable" },
		{ SH_UNAVAILABLE, "what was demanded cannot be had here: rights, or a part of the build" },
		{ SH_INTERNAL, "internal error, or two runs of the same scenario and seed differ" },
		{ SH_UNWRITTEN, "a journal or a report could not be written" },
		{ SH_SIGINT, "SIGINT" },
		{ SH_SIGTERM, "SIGTERM" },
	};
	sh_text_printf(to, "Exit codes:\n\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		sh_text_printf(to, "  %3d  %s\n", (int)rows[i].code, rows[i].help);
	sh_text_printf(to, "\nOver several files: 130, 143 > 70 > 74 > 69 > 66 > 65 > 1 > 2 > 0.\n");
}

const struct sh_topic sh_topics[] = {
	{ "faults", "what can be injected", print_faults },
	{ "keys", "when, how often and on how many targets a fault is done", print_keys },
	{ "probes", "what can be expected", print_probes },
	{ "workers", "what workers can do", print_workers },
	{ "events", "what can happen", print_events },
	{ "codes", "exit codes of the program", print_codes },
	{ "journals", "formats of journals", print_journals },
};
const size_t sh_topics_count = sizeof(sh_topics) / sizeof(sh_topics[0]);

void sh_help_list(struct sh_text *to)
{
	for (unsigned group = 0; group < SH_GROUP_COUNT; group++) {
		sh_text_printf(to, "%s%s\n", group ? "\n" : "", sh_group_title((enum sh_group)group));
		for (size_t i = 0; i < sh_commands_count; i++) {
			const struct sh_command *command = &sh_commands[i];
			if (command->group == (enum sh_group)group &&
			    (!command->fault || inj_fault_find(command->fault)))
				sh_help_row(to, command->name, 16, sh_command_help(command));
		}
	}
	sh_text_printf(to, "\n`help COMMAND` says more. Topics:");
	for (size_t i = 0; i < sh_topics_count; i++)
		sh_text_printf(to, " %s", sh_topics[i].name);
	sh_text_printf(to, ".\nCommands may be shortened as long as they are unique.\n");
}

void sh_help_range(struct sh_text *to, enum inj_type type, int64_t min, int64_t max, const char *const *words)
{
	char a[INJ_VALUE_BUF], b[INJ_VALUE_BUF];
	/* Of these the help of a parameter has said all there is to say. */
	if (type == INJ_TEXT || type == INJ_REASON || type == INJ_PATH || type == INJ_ID)
		return;
	sh_text_printf(to, "; ");
	if (type == INJ_WORD && words) {
		for (const char *const *word = words; *word; word++)
			sh_text_printf(to, "%s%s", word == words ? "" : word[1] ? ", " : " or ", *word);
		return;
	}
	sh_text_printf(to, "%s", inj_type_text(type));
	if (type == INJ_COUNT && (min != 0 || max != 0) && max != INT64_MAX)
		sh_text_printf(to, ", %lld to %lld", (long long)min, (long long)max);
	else if (type == INJ_COUNT && min > 0)
		sh_text_printf(to, ", at least %lld", (long long)min);
	else if (type == INJ_DURATION && max != 0 && max != INT64_MAX)
		sh_text_printf(to, ", %s to %s", inj_print_duration(min, a), inj_print_duration(max, b));
}

static void about_params(struct sh_text *to, const struct inj_fault *fault)
{
	for (unsigned i = 0; i < INJ_PARAMS_MAX && fault->params[i].name; i++) {
		const struct inj_param *param = &fault->params[i];
		sh_text_printf(to, "  %-14s %s", param->name, param->help);
		sh_help_range(to, param->type, param->min, param->max, param->words);
		if (param->mandatory)
			sh_text_printf(to, "; has to be given");
		else if (param->fallback)
			sh_text_printf(to, "; default %s", param->fallback);
		sh_text_printf(to, "\n");
	}
}

static void about_fault(struct sh_text *to, const struct inj_fault *fault)
{
	char *usage = sh_fault_usage(fault);
	sh_text_printf(to, "inject %s %s\n\n%s: %s.\n", fault->name, usage, fault->name, fault->help);
	free(usage);
	sh_text_printf(to, "Target: %s.%s\n", inj_aim_text(fault->aim),
		       fault->lasting ? " Lasts until it is healed; duration= says how long." : "");
	sh_text_printf(to, "With probability= and no trigger it has a chance at each %s.\n",
		       inj_chance_text(fault->chance));
	if (fault->params[0].name) {
		sh_text_printf(to, "\n");
		about_params(to, fault);
	}
	sh_text_printf(to, "\nExample: inject %s\n", fault->example);
	if (fault->scenario)
		sh_text_printf(to, "See also: scenarios/library/%s\n", fault->scenario);
}

/* `plugin` null: it is built in. */
static void about_behaviour(struct sh_text *to, const char *plugin, const struct rt_behaviour *behaviour)
{
	char wants[256], buf[INJ_VALUE_BUF];
	const struct rt_param *param = behaviour->params;
	sh_text_printf(to, "worker: {%s%s%sbehaviour: %s%s}\n\n%s: %s.\n", plugin ? "plugin: " : "",
		       plugin ? plugin : "", plugin ? ", " : "", behaviour->name,
		       param ? ", PARAMETER: VALUE, ..." : "", behaviour->name, behaviour->help);
	if (behaviour->endless)
		sh_text_printf(to, "It finds work for ever%s%s; the scenario says with `duration` when it "
				   "ends.\n",
			       behaviour->ended_by ? ", unless told its " : "",
			       behaviour->ended_by ? behaviour->ended_by : "");
	if (param)
		sh_text_printf(to, "\n");
	for (unsigned i = 0; i < RT_PARAMS_MAX && param && param->name; i++, param++) {
		const char *fallback = scn_param_fallback(param, buf);
		sh_text_printf(to, "  %-14s %s; %s", param->name, param->help,
			       scn_param_wants(param, wants, sizeof(wants)));
		if (param->mandatory)
			sh_text_printf(to, "; has to be given");
		else if (fallback)
			sh_text_printf(to, "; default %s", fallback);
		sh_text_printf(to, "\n");
	}
}

static void about_command(struct sh_text *to, const struct sh_command *command)
{
	char *usage = sh_command_usage(command);
	sh_text_printf(to, "%s\n\n%s: %s.\n", usage, command->name, sh_command_help(command));
	free(usage);
	if (command->text)
		sh_help_wrap(to, command->text);
	const struct inj_fault *fault = command->fault ? inj_fault_find(command->fault) : NULL;
	if (fault && fault->params[0].name) {
		sh_text_printf(to, "\n");
		about_params(to, fault);
	}
	sh_text_printf(to, "\nExample: %s\n", command->example);
}

static const struct sh_topic *topic_find(const char *name)
{
	for (size_t i = 0; i < sh_topics_count; i++)
		if (!strcmp(sh_topics[i].name, name))
			return &sh_topics[i];
	return NULL;
}

/* A name can be several things: `crash` is a command and a fault, `events` a command and a topic, and a
 * worker may be called like any of them. */
bool sh_help_about(struct sh_text *to, const char *name)
{
	size_t matches;
	const struct sh_command *command = sh_command_find(name, &matches);
	const struct inj_fault *fault = inj_fault_find(name);
	const struct sh_topic *topic = topic_find(name);
	const struct rt_behaviour *behaviour = rt_behaviour_find(name);
	if (command && (fault || topic || behaviour) && strcmp(command->name, name) != 0)
		command = NULL; /* only the beginning of one */
	if (command)
		about_command(to, command);
	if (fault && !(command && command->fault)) {
		if (command)
			sh_text_printf(to, "\n");
		about_fault(to, fault);
	}
	if (topic) {
		if (command || fault)
			sh_text_printf(to, "\n");
		topic->print(to);
	}
	if (behaviour) {
		if (command || fault || topic)
			sh_text_printf(to, "\n");
		about_behaviour(to, NULL, behaviour);
	}
	return command || fault || topic || behaviour;
}

bool sh_help_plugins(struct sh_text *to, const struct scn_scenario *scenario, const char *name)
{
	const struct scn_plugin *plugin = scenario ? scenario->plugins : NULL;
	bool all = !strcmp(name, "workers"), any = false;
	for (; plugin; plugin = plugin->next) {
		const struct rt_behaviour *const *row = plugin->plugin->behaviours;
		if (all)
			sh_text_printf(to, "\nOf the plugin %s:\n\n", plugin->path);
		for (; *row; row++) {
			if (!all && strcmp((*row)->name, name) != 0)
				continue;
			if (all) {
				sh_help_row(to, (*row)->name, 14, (*row)->help);
				continue;
			}
			if (to->length)
				sh_text_printf(to, "\n");
			about_behaviour(to, plugin->path, *row);
			any = true;
		}
	}
	return any;
}

const char *sh_help_nearest(const char *name)
{
	size_t count = 0, n_workers;
	const char *const *workers = rt_worker_names(&n_workers);
	const char **names = sh_alloc((sh_commands_count + inj_faults_count + sh_topics_count + n_workers) *
				      sizeof(*names));
	for (size_t i = 0; i < sh_commands_count; i++)
		names[count++] = sh_commands[i].name;
	for (size_t i = 0; i < inj_faults_count; i++)
		names[count++] = inj_faults[i].name;
	for (size_t i = 0; i < sh_topics_count; i++)
		names[count++] = sh_topics[i].name;
	for (size_t i = 0; i < n_workers; i++)
		names[count++] = workers[i];
	const char *nearest = inj_did_you_mean(name, names, count);
	free(names);
	return nearest;
}
