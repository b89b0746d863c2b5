/* format_doc.c - docs/scenario-format.md, printed from the tables so that it cannot be out of date. */
#include "param.h"
#include "schema.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char opening[] =
	"# The scenario file\n"
	"\n"
	"<!-- Printed by the program from its tables; do not edit. `make docs` writes it again. -->\n"
	"\n"
	"A scenario is one YAML document in UTF-8: a supervision tree, what normal is, what is done to it, "
	"and what\n"
	"is expected of it.\n"
	"JSON is YAML, so a scenario may be JSON.\n"
	"\n"
	"```yaml\n"
	"version: 1\n"
	"name: cache-crash\n"
	"about: rest_for_one restarts what was started after the crashed child\n"
	"tree:\n"
	"  id: core\n"
	"  strategy: rest_for_one\n"
	"  intensity: 3\n"
	"  period: 5s\n"
	"  children:\n"
	"    - {id: storage}\n"
	"    - {id: cache, shutdown: 2s}\n"
	"    - id: telemetry\n"
	"      children:\n"
	"        - {id: collector, restart: transient}\n"
	"    - id: sessions\n"
	"      strategy: simple_one_for_one\n"
	"      template: {restart: temporary}\n"
	"      start: 4\n"
	"hypothesis:\n"
	"  - {probe: alive, of: core/storage}\n"
	"method:\n"
	"  - {action: crash, target: core/cache, at: 2s, reason: badarg}\n"
	"expect:\n"
	"  - {probe: restarts, of: core/cache, equals: 1}\n"
	"  - {probe: uptime, of: core/storage, at_least: 99.9%}\n"
	"  - core/telemetry: restarted\n"
	"  - core/storage: untouched\n"
	"```\n"
	"\n"
	"Anchors, aliases, tags, directives and merge keys are not used.\n"
	"A key that is unknown or given twice is an error, and so is a path that is not in the tree.\n"
	"All errors of a file are told at once, each as `file:line:column: reason`.\n"
	"[scenario.schema.json](scenario.schema.json) is a JSON Schema for editors, from the same tables as "
	"this page.\n"
	"\n";

static const char values[] = "## Values\n"
			     "\n"
			     "| value | how it is written |\n"
			     "| --- | --- |\n"
			     "| duration | `250ms` `5s` `2m` `1h` `10us` `3ns`, also `1.5s`; virtual time |\n"
			     "| count | `3`, or with a factor `10k` `5M` `2G` |\n"
			     "| share | `99.9%` or `0.999` |\n"
			     "| yes or no | `true` `false` |\n"
			     "| exit reason | an Erlang term without blanks; one with braces has to be "
			     "quoted: `'{shutdown,done}'` |\n"
			     "| id | any text of up to 255 bytes, different from those of its siblings |\n"
			     "| path | ids from the root on with `/` between them; in it `/ * %`, blanks and "
			     "control characters of an id are "
			     "written `%2F` `%2A` `%25` `%20` |\n"
			     "| pattern | a path in which `*` stands for any part of one id, and `**` for "
			     "any number of ids; in YAML one that "
			     "starts with a star has to be quoted |\n"
			     "\n";

static const char sizes[] = "## Sizes\n"
			    "\n"
			    "A file has at most 64 MiB, 512 levels of mappings and lists inside the "
			    "outermost one (256 supervisors), and\n"
			    "lines of at most 1 MiB, unless it is JSON.\n"
			    "A supervisor has at most 10,000,000 children; a list of probes or actions has "
			    "at most 100,000 items.\n"
			    "An id has at most 255 bytes, a path 4095.\n"
			    "\n";

static const char plans[] =
	"### Start plans\n"
	"\n"
	"`starts` is a list of outcomes with commas between them, or a YAML list of them: `ok`, `ignore` "
	"(the start\n"
	"function says ignore; no process) or `fail:REASON`, each perhaps with `*N` for N times.\n"
	"The k-th start of a path takes the k-th outcome, and the last one repeats for ever: "
	"`ok,fail:nope*2,ok` starts,\n"
	"then fails twice, then starts again.\n"
	"\n"
	"### Stopping\n"
	"\n"
	"`on_shutdown` is what a worker that traps exits does when its supervisor asks it to stop: `ok` ends "
	"at once,\n"
	"`ignore` goes on until it is killed, `exit:REASON` ends with that reason, `delay:250ms` ends after "
	"that time.\n"
	"\n"
	"### Rules of OTP\n"
	"\n"
	"- `significant` is for transient and temporary children, below a supervisor whose `auto_shutdown` "
	"is not "
	"`never`.\n"
	"- A simple_one_for_one supervisor has a `template` instead of `children`, and no `auto_shutdown`.\n"
	"  Its children are named by their keys: `start: 4` gives 1, 2, 3 and 4.\n"
	"- The root has no `restart`, `shutdown`, `significant` or `type`: nobody is above it.\n"
	"- `shutdown` has a unit; Erlang's 5000 is `5s` here.\n"
	"\n";

static const char actions_about[] =
	"## Actions\n"
	"\n"
	"Items of `method` and `rollbacks`.\n"
	"A fault has fired when it took effect on at least one live target; a required one that never fired "
	"makes the\n"
	"run INCONCLUSIVE.\n"
	"A request to a supervisor that was answered with nothing but errors never fired; one that is to "
	"show a "
	"refusal\n"
	"says `required: false`.\n"
	"Items of `rollbacks` have no trigger: they are done in order when the method is over.\n"
	"\n";

static const char work_about[] =
	"\n"
	"The probes from `availability` on are about requests that workers make of each other. `of` is a "
	"service, which\n"
	"is a path of which something was asked; a supervisor that was not asked itself stands for the "
	"services below\n"
	"it: counts are added up, and of the outages the longest counts.\n"
	"Where nothing was asked, `availability` and `latency` are not met, and counts are 0.\n"
	"When the hypothesis is checked for the first time nothing can have been asked, which makes it not "
	"false.\n";

static const char probes_about[] =
	"Or an item says what became of a path, in one word: `core/telemetry: restarted`.\n"
	"\n";

/* A text as it may stand in a cell. */
static void cell(struct scn_text *text, const char *words)
{
	for (; *words; words++) {
		if (*words == '|')
			scn_text_add(text, "\\");
		scn_text_put(text, words, 1);
	}
}

static void key_row(struct scn_text *text, const struct scn_key *key)
{
	char wants[256], low[INJ_VALUE_BUF], high[INJ_VALUE_BUF];

	scn_text_format(text, "| `%s`", key->name);
	if (key->alias)
		scn_text_format(text, ", `%s`", key->alias);
	scn_text_add(text, " | ");
	cell(text, scn_key_wants(key, wants, sizeof(wants)));
	if (key->type == SCN_T_DURATION)
		scn_text_format(text, ", %s to %s", inj_print_duration(key->min, low),
				inj_print_duration(key->max, high));
	scn_text_add(text, " | ");
	if (key->mandatory)
		scn_text_add(text, "has to be given");
	else if (key->fallback)
		scn_text_format(text, "`%s`", key->fallback);
	else if (key->otherwise)
		cell(text, key->otherwise);
	scn_text_add(text, " | ");
	cell(text, key->help);
	scn_text_add(text, " |\n");
}

static void table_rows(struct scn_text *text, const struct scn_table *table, unsigned role, unsigned without)
{
	scn_text_add(text, "| key | value | default | what it is |\n| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < table->count; i++) {
		const struct scn_key *key = &table->keys[i];
		if ((role && !(key->roles & role)) || (key->roles & without))
			continue;
		key_row(text, key);
	}
	scn_text_add(text, "\n");
}

static void tree_part(struct scn_text *text)
{
	scn_text_add(text, "## The tree\n\n`tree` is the root supervisor.\n");
	scn_text_format(text, "%s\n\n### Keys of every child\n\n", scn_child_table.help);
	scn_text_add(text, "| key | value | default | what it is |\n| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < scn_child_table.count; i++) {
		const struct scn_key *key = &scn_child_table.keys[i];
		if ((key->roles & SCN_WORKER) && (key->roles & SCN_SUPERVISOR))
			key_row(text, key);
	}
	scn_text_add(text, "\n### Keys of supervisors\n\n");
	table_rows(text, &scn_child_table, SCN_SUPERVISOR, SCN_WORKER);
	scn_text_add(text, "### Keys of workers\n\n");
	table_rows(text, &scn_child_table, SCN_WORKER, SCN_SUPERVISOR);
	scn_text_add(text, plans);
}

static const char workers_about[] =
	"## What workers do\n"
	"\n"
	"`worker` is the name of a behaviour, or a mapping with the behaviour and its parameters:\n"
	"`worker: {behaviour: NAME, PARAMETER: VALUE}`.\n"
	"A name alone leaves every parameter at its default.\n"
	"A parameter that is a path names a worker, or a supervisor that stands for the workers right below "
	"it.\n"
	"With a worker that finds work for ever, a scenario says with `duration` when it ends.\n"
	"\n"
	"With `plugin` the behaviour comes from a shared object, whose path counts from the folder of the "
	"scenario:\n"
	"`worker: {plugin: ./mine.so, behaviour: NAME}`.\n"
	"\n";

static void behaviour_part(struct scn_text *text, const struct rt_behaviour *behaviour)
{
	char wants[256], buf[INJ_VALUE_BUF];

	if (scn_param_count(behaviour) == 0)
		return;
	scn_text_format(text, "### Parameters of %s\n\n", behaviour->name);
	scn_text_add(text, "| key | value | default | what it is |\n| --- | --- | --- | --- |\n");
	for (unsigned i = 0; i < scn_param_count(behaviour); i++) {
		const struct rt_param *param = &behaviour->params[i];
		const char *fallback = scn_param_fallback(param, buf);
		scn_text_format(text, "| `%s` | ", param->name);
		cell(text, scn_param_wants(param, wants, sizeof(wants)));
		scn_text_add(text, " | ");
		if (param->mandatory)
			scn_text_add(text, "has to be given");
		else if (fallback)
			scn_text_format(text, "`%s`", fallback);
		scn_text_add(text, " | ");
		cell(text, param->help);
		scn_text_add(text, " |\n");
	}
	scn_text_add(text, "\n");
}

static void worker_part(struct scn_text *text)
{
	size_t count;
	const struct rt_behaviour *const *rows = rt_behaviours(&count);

	scn_text_add(text, workers_about);
	scn_text_add(text, "| behaviour | finds work for ever | what it does |\n| --- | --- | --- |\n");
	for (size_t i = 0; i < count; i++) {
		scn_text_format(text, "| `%s` | ", rows[i]->name);
		if (rows[i]->endless && rows[i]->ended_by)
			scn_text_format(text, "unless `%s` is given", rows[i]->ended_by);
		else if (rows[i]->endless)
			scn_text_add(text, "yes");
		scn_text_add(text, " | ");
		cell(text, rows[i]->help);
		scn_text_add(text, " |\n");
	}
	scn_text_add(text, "\n");
	for (size_t i = 0; i < count; i++)
		behaviour_part(text, rows[i]);
}

static void probe_part(struct scn_text *text)
{
	static const char *const measures[] = {
		[SCN_BOOL] = "yes or no",    [SCN_COUNT] = "count", [SCN_SHARE] = "share",
		[SCN_DURATION] = "duration", [SCN_ORDER] = "list",
	};

	scn_text_format(text, "## Probes\n\n%s\n\n", scn_probe_table.help);
	table_rows(text, &scn_probe_table, 0, 0);
	scn_text_add(text, "| probe | gives | what it looks at |\n| --- | --- | --- |\n");
	for (size_t i = 0; i < SCN_PROBE_COUNT; i++) {
		scn_text_format(text, "| `%s` | %s | ", scn_probe_rows[i].word,
				measures[scn_probe_rows[i].measure]);
		cell(text, scn_probe_rows[i].help);
		scn_text_add(text, " |\n");
	}
	scn_text_add(text, work_about);
	scn_text_format(text, "\n%s| word | meaning |\n| --- | --- |\n", probes_about);
	for (size_t i = 0; i < SCN_SIBLING_COUNT; i++)
		scn_text_format(text, "| `%s` | %s |\n", scn_sibling_word((enum scn_sibling)i),
				scn_sibling_help((enum scn_sibling)i));
	scn_text_add(text, "\n");
}

static void type_words(struct scn_text *text, enum inj_type type, const char *const *list)
{
	if (type != INJ_WORD) {
		cell(text, inj_type_text(type));
		return;
	}
	scn_text_add(text, "one of ");
	for (size_t i = 0; list[i]; i++)
		scn_text_format(text, "%s%s", i ? ", " : "", list[i]);
}

static void action_part(struct scn_text *text)
{
	scn_text_add(text, actions_about);
	scn_text_add(text, "| key | value | what it is |\n| --- | --- | --- |\n");
	for (size_t i = 0; i < inj_keys_count; i++) {
		const struct inj_key *key = &inj_keys[i];
		const char *dot = strchr(key->name, '.');
		if (dot)
			scn_text_format(text, "| `%.*s: {%s: }` | ", (int)(dot - key->name), key->name,
					dot + 1);
		else
			scn_text_format(text, "| `%s` | ", key->name);
		type_words(text, key->type, key->words);
		scn_text_add(text, " | ");
		cell(text, key->help);
		scn_text_add(text, " |\n");
	}
	scn_text_add(
		text,
		"\n### Faults\n\nA chance, for `probability` without a trigger, is a message that a target "
		"handled, or a second of virtual time (tick).\n"
		"Where it is a start of a target, a message on its way to it (delivery) or its asking for "
		"memory (allocation), a trigger only opens the fault: from then on each of these is a "
		"chance, until `times` of them were taken, `duration` is over or it is healed.\n\n"
		"| action | target | chance | lasts | what it does |\n| --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < inj_faults_count; i++) {
		const struct inj_fault *fault = &inj_faults[i];
		scn_text_format(text, "| `%s` | %s | %s | %s | ", fault->name, inj_aim_text(fault->aim),
				inj_chance_text(fault->chance), fault->lasting ? "yes" : "");
		cell(text, fault->help);
		scn_text_add(text, " |\n");
	}
	scn_text_add(text, "\n### Keys of single faults\n\n| action | key | value | default | what it is |\n"
			   "| --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < inj_faults_count; i++) {
		for (size_t k = 0; k < INJ_PARAMS_MAX && inj_faults[i].params[k].name; k++) {
			const struct inj_param *param = &inj_faults[i].params[k];
			scn_text_format(text, "| `%s` | `%s` | ", inj_faults[i].name, param->name);
			type_words(text, param->type, param->words);
			scn_text_add(text, " | ");
			if (param->mandatory)
				scn_text_add(text, "has to be given");
			else if (param->fallback)
				scn_text_format(text, "`%s`", param->fallback);
			scn_text_add(text, " | ");
			cell(text, param->help);
			scn_text_add(text, " |\n");
		}
	}
	scn_text_add(text, "\n");
}

enum rt_status scn_write_format_doc(struct scn_sink sink)
{
	struct scn_text text = { 0 };
	enum rt_status status = RT_OK;

	scn_text_add(&text, opening);
	scn_text_add(&text, "## Keys of the file\n\n");
	table_rows(&text, &scn_scenario_table, 0, 0);
	scn_text_add(&text, values);
	scn_text_add(&text, sizes);
	tree_part(&text);
	worker_part(&text);
	action_part(&text);
	probe_part(&text);
	scn_text_format(&text, "## Limits\n\n%s\n\n", scn_limits_table.help);
	table_rows(&text, &scn_limits_table, 0, 0);
	/* One line end at the end. */
	if (text.failed)
		status = RT_ENOMEM;
	else if (!sink.write(sink.ctx, text.data, text.length - 1))
		status = RT_EIO;
	scn_text_fini(&text);
	return status;
}
