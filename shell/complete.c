/* complete.c - what could come next in a line.
 *
 * The line up to the cursor is split into words; the first finds the command's row, the row says what the
 * word at the cursor can be, and one function per kind lists what there is.  Everything that is listed goes
 * through add(), which keeps what continues the word typed so far.
 */
#include "complete.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "memory.h"
#include "output.h"
#include "words.h"

struct completion {
	const struct sh_facts *facts;
	struct sh_candidates *out;
	const char *prefix; /* the word typed so far */
	const char *front;  /* what stands before a value within the word: `reason=`; "" */
	char *const *words; /* those before it */
	size_t count;
};

static void add(void *to, const char *text, const char *help, bool more)
{
	struct completion *c = to;
	struct sh_candidates *out = c->out;
	size_t front = strlen(c->front);
	if (out->count >= SH_CANDIDATES_MAX ||
	    strncmp(text, c->prefix + front, strlen(c->prefix + front)) != 0)
		return;
	out->item = sh_grow(out->item, out->count, &out->capacity, sizeof(*out->item));
	out->item[out->count++] = (struct sh_candidate){
		.text = sh_format("%s%s", c->front, text),
		.help = help ? sh_strdup(help) : NULL,
		.more = more,
	};
}

static void hint(struct completion *c, const char *text)
{
	if (!c->out->hint)
		c->out->hint = sh_strdup(text);
}

/* --- lists --------------------------------------------------------------------------------------------- */

static void add_commands(struct completion *c)
{
	for (size_t i = 0; i < sh_commands_count; i++)
		if (!sh_commands[i].fault || inj_fault_find(sh_commands[i].fault))
			add(c, sh_commands[i].name, sh_command_help(&sh_commands[i]), false);
}

static void add_faults(struct completion *c)
{
	for (size_t i = 0; i < inj_faults_count; i++)
		add(c, inj_faults[i].name, inj_faults[i].help, false);
}

static void add_workers(struct completion *c)
{
	size_t count;
	const struct rt_behaviour *const *rows = rt_behaviours(&count);
	for (size_t i = 0; i < count; i++)
		add(c, rows[i]->name, rows[i]->help, false);
}

static void add_topics(struct completion *c)
{
	add_commands(c);
	add_faults(c);
	add_workers(c);
	for (size_t i = 0; i < sh_topics_count; i++)
		add(c, sh_topics[i].name, sh_topics[i].help, false);
}

static void add_events(struct completion *c)
{
	const char *help, *word;
	for (size_t i = 0; (word = sh_event_word(i, &help)); i++)
		add(c, word, help, false);
}

/* Level by level: the children of what stands before the last slash, and of the whole word if that is a
 * supervisor itself. */
static void add_paths(struct completion *c, bool supervisors_only)
{
	if (!c->facts->children)
		return;
	const char *typed = c->prefix + strlen(c->front);
	const char *slash = strrchr(typed, '/');
	char *above = slash ? sh_strndup(typed, (size_t)(slash - typed)) : sh_strdup("");
	c->facts->children(c->facts->ctx, above, supervisors_only, add, c);
	if (*typed && strcmp(above, typed) != 0)
		c->facts->children(c->facts->ctx, typed, supervisors_only, add, c);
	free(above);
}

static void add_ids(struct completion *c, const char *supervisor)
{
	if (supervisor && c->facts->ids)
		c->facts->ids(c->facts->ctx, supervisor, add, c);
}

static void add_files(struct completion *c)
{
	if (c->facts->files)
		c->facts->files(c->facts->ctx, c->prefix, add, c);
}

static void add_list(struct completion *c, const char *const *words)
{
	for (; words && *words; words++)
		add(c, *words, NULL, false);
}

static void add_abnormal(void *to, const char *text, const char *help, bool more)
{
	if (!rt_reason_text_benign(text))
		add(to, text, help, more);
}

static void add_reasons(struct completion *c, bool abnormal)
{
	static const char *const usual[] = { "badarg", "boom",     "kill",    "killed",          "noproc",
					     "normal", "shutdown", "timeout", "{shutdown,done}", NULL };
	sh_fact_fn *fn = abnormal ? add_abnormal : add;
	if (c->facts->reasons)
		c->facts->reasons(c->facts->ctx, fn, c);
	for (const char *const *word = usual; *word; word++)
		fn(c, *word, NULL, false);
}

static void add_durations(struct completion *c)
{
	static const char *const durations[] = { "100ms", "1s", "5s", "30s", "1m", "1h", NULL };
	add_list(c, durations);
}

/* What a parameter or a key of this type can be. */
static void add_values(struct completion *c, enum inj_type type, const char *const *words, const char *target)
{
	static const char *const bools[] = { "true", "false", NULL };
	static const char *const shutdowns[] = { "brutal_kill", "infinity", "2s", "5s", NULL };
	switch (type) {
	case INJ_REASON:
		add_reasons(c, false);
		break;
	case INJ_PATH:
		add_paths(c, false);
		break;
	case INJ_ID:
		add_ids(c, target);
		break;
	case INJ_DURATION:
		add_durations(c);
		break;
	case INJ_SHUTDOWN:
		add_list(c, shutdowns);
		break;
	case INJ_BOOL:
		add_list(c, bools);
		break;
	case INJ_WORD:
		add_list(c, words);
		break;
	case INJ_EVENT:
		add_events(c);
		break;
	case INJ_TEXT:
	case INJ_COUNT:
	case INJ_SIZE:
	case INJ_PERCENT:
		break;
	}
	hint(c, inj_type_text(type));
}

static void add_param(struct completion *c, const struct inj_param *param, const char *target)
{
	size_t count = 0;
	const char *const *names = param->names ? param->names(&count) : NULL;
	for (size_t i = 0; i < count; i++) {
		const struct rt_behaviour *behaviour = rt_behaviour_find(names[i]);
		add(c, names[i], behaviour ? behaviour->help : NULL, false);
	}
	if (param->type == INJ_REASON)
		add_reasons(c, param->abnormal);
	else if (!names)
		add_values(c, param->type, param->words, target);
	hint(c, inj_type_text(param->type));
}

/* --- the words of a fault ------------------------------------------------------------------------------ */

static const struct inj_param *find_param(const struct inj_fault *fault, const char *name, size_t length)
{
	for (unsigned i = 0; i < INJ_PARAMS_MAX && fault->params[i].name; i++)
		if (!strncmp(fault->params[i].name, name, length) && !fault->params[i].name[length])
			return &fault->params[i];
	return NULL;
}

static bool is_given(char *const *words, size_t count, const char *name)
{
	size_t length = strlen(name);
	for (size_t i = 0; i < count; i++)
		if (!strncmp(words[i], name, length) && words[i][length] == '=')
			return true;
	return false;
}

static void add_key(struct completion *c, char *const *words, size_t count, const char *name,
		    const char *help)
{
	if (is_given(words, count, name))
		return;
	char *text = sh_format("%s=", name);
	add(c, text, help, true);
	free(text);
}

/* `words` are those behind the fault's name: target, values, keys. */
static void add_fault_words(struct completion *c, const struct inj_fault *fault, char *const *words,
			    size_t count)
{
	const char *equals = strchr(c->prefix, '=');
	if (count == 0) {
		add_paths(c, fault->aim == INJ_AIM_SUPERVISOR);
		hint(c, inj_aim_text(fault->aim));
		return;
	}
	if (equals) {
		size_t length = (size_t)(equals - c->prefix);
		const struct inj_param *param = find_param(fault, c->prefix, length);
		char *front = sh_strndup(c->prefix, length + 1);
		c->front = front;
		if (param)
			add_param(c, param, words[0]);
		for (size_t i = 0; !param && i < inj_keys_count; i++)
			if (!strncmp(inj_keys[i].name, c->prefix, length) && !inj_keys[i].name[length])
				add_values(c, inj_keys[i].type, inj_keys[i].words, words[0]);
		c->front = "";
		free(front);
		return;
	}
	/* A word without a key is the first parameter that has no value yet. */
	size_t bare = 0;
	for (size_t i = 1; i < count; i++)
		bare += !strchr(words[i], '=');
	bool valued = false;
	for (unsigned i = 0; i < INJ_PARAMS_MAX && fault->params[i].name; i++) {
		const struct inj_param *param = &fault->params[i];
		if (is_given(words + 1, count - 1, param->name))
			continue;
		if (bare) {
			bare--;
			continue;
		}
		if (!valued && (param->mandatory || *c->prefix))
			add_param(c, param, words[0]);
		valued = true;
		add_key(c, words + 1, count - 1, param->name, param->help);
	}
	for (size_t i = 0; i < inj_keys_count; i++)
		if (strcmp(inj_keys[i].name, "action") != 0 && strcmp(inj_keys[i].name, "target") != 0)
			add_key(c, words + 1, count - 1, inj_keys[i].name, inj_keys[i].help);
}

/* --- the words of a probe ------------------------------------------------------------------------------ */

static const struct scn_probe_row *find_probe(const char *word)
{
	for (size_t i = 0; i < SCN_PROBE_COUNT; i++)
		if (!strcmp(scn_probe_rows[i].word, word))
			return &scn_probe_rows[i];
	return NULL;
}

static void add_probe_words(struct completion *c, char *const *words, size_t count)
{
	static const char *const tolerances[SCN_ORDER + 1][4] = {
		[SCN_BOOL] = { "is=" },
		[SCN_COUNT] = { "equals=", "at_least=", "at_most=", "between=" },
		[SCN_SHARE] = { "equals=", "at_least=", "at_most=", "between=" },
		[SCN_DURATION] = { "equals=", "at_least=", "at_most=", "between=" },
	};
	const struct scn_probe_row *row = count ? find_probe(words[0]) : NULL;
	if (count == 0) {
		for (size_t i = 0; i < SCN_PROBE_COUNT; i++)
			add(c, scn_probe_rows[i].word, scn_probe_rows[i].help, false);
		add_paths(c, false);
	} else if (count == 1 && !row) {
		for (unsigned i = 0; i < SCN_SIBLING_COUNT; i++)
			add(c, scn_sibling_word((enum scn_sibling)i), scn_sibling_help((enum scn_sibling)i),
			    false);
	} else if (count == 1) {
		add_paths(c, false);
	} else if (row && row->measure == SCN_BOOL && !strncmp(c->prefix, "is=", 3)) {
		c->front = "is=";
		add_values(c, INJ_BOOL, NULL, NULL);
		c->front = "";
	} else if (row && strchr(c->prefix, '=')) {
		bool share = row->measure == SCN_SHARE || !strncmp(c->prefix, "percentile=", 11);
		hint(c, share                          ? inj_type_text(INJ_PERCENT)
			: row->measure == SCN_DURATION ? inj_type_text(INJ_DURATION)
						       : inj_type_text(INJ_COUNT));
	} else if (row) {
		for (unsigned i = 0; i < 4 && tolerances[row->measure][i]; i++)
			add(c, tolerances[row->measure][i], NULL, true);
		if (row == &scn_probe_rows[SCN_LATENCY])
			add(c, "percentile=", "of how many answers, 99% without it", true);
	}
}

/* --- one word ------------------------------------------------------------------------------------------ */

static void add_arg(struct completion *c, enum sh_arg arg, size_t index)
{
	static const char *const force[] = { "force", NULL }, *const all[] = { "all", NULL };
	static const char *const speeds[] = { "0.1x", "0.5x", "1x", "10x", "100x", "1000x", "max", NULL };
	static const char *const shows[] = { "all", "none", "some", NULL };
	static const char *const heats[] = { "3/5m", "10/1m", NULL };
	const struct inj_fault *fault;
	switch (arg) {
	case SH_ARG_NONE:
		break;
	case SH_ARG_TOPIC:
		add_topics(c);
		break;
	case SH_ARG_FILE:
		add_files(c);
		hint(c, "a file");
		break;
	case SH_ARG_FAULT:
		add_faults(c);
		break;
	case SH_ARG_FAULT_WORDS:
		fault = inj_fault_find(c->words[index - 1]);
		if (fault)
			add_fault_words(c, fault, c->words + index, c->count - index);
		break;
	case SH_ARG_PATH:
		add_paths(c, false);
		hint(c, inj_type_text(INJ_PATH));
		break;
	case SH_ARG_SUPERVISOR:
		add_paths(c, true);
		hint(c, "the path of a supervisor");
		break;
	case SH_ARG_CHILD:
		add_ids(c, c->words[c->count - 1]);
		hint(c, inj_type_text(INJ_ID));
		break;
	case SH_ARG_DURATION:
		add_durations(c);
		hint(c, inj_type_text(INJ_DURATION));
		break;
	case SH_ARG_NUMBER:
		hint(c, inj_type_text(INJ_COUNT));
		break;
	case SH_ARG_EVENT:
		add_events(c);
		break;
	case SH_ARG_PROBE:
		add_probe_words(c, c->words + index, c->count - index);
		break;
	case SH_ARG_EXPLAINED:
		add_paths(c, false);
		hint(c, "a path, or a number");
		break;
	case SH_ARG_FORCE:
		add_list(c, force);
		break;
	case SH_ARG_ALL:
		add_list(c, all);
		break;
	case SH_ARG_PATH_OR_ALL:
		add_paths(c, false);
		add_list(c, all);
		break;
	case SH_ARG_SPEED:
		add_list(c, speeds);
		break;
	case SH_ARG_LOOK:
		for (size_t i = 0; i < sh_looks_count; i++)
			add(c, sh_looks[i].name, NULL, false);
		break;
	case SH_ARG_HEAT:
		add_list(c, heats);
		break;
	case SH_ARG_SHOW:
		add_list(c, shows);
		break;
	}
}

/* Position 1 is the first word behind the command. */
static void add_words_of(struct completion *c, const struct sh_command *command)
{
	if (c->count > command->max)
		return;
	/* The last kind of the row stands for all that follow; the lists that look at several words are told
	 * where theirs begin. */
	size_t index = 1;
	while (index < c->count && index < SH_ARGS_MAX && command->args[index])
		index++;
	add_arg(c, command->args[index - 1], index);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct sh_candidate *)a)->text, ((const struct sh_candidate *)b)->text);
}

static void sort_candidates(struct sh_candidates *out)
{
	if (!out->count)
		return;
	qsort(out->item, out->count, sizeof(*out->item), by_text);
	size_t kept = 1;
	for (size_t i = 1; i < out->count; i++) {
		if (strcmp(out->item[i].text, out->item[kept - 1].text) != 0) {
			out->item[kept++] = out->item[i];
			continue;
		}
		free(out->item[i].text);
		free(out->item[i].help);
	}
	out->count = kept;
}

void sh_complete(const char *line, size_t point, const struct sh_facts *facts, struct sh_candidates *out)
{
	*out = (struct sh_candidates){ .start = point };
	struct sh_words words;
	(void)sh_words_split(line, point, &words);
	struct completion c = { .facts = facts, .out = out, .prefix = "", .front = "" };
	char **texts = sh_alloc((words.count + 1) * sizeof(*texts));
	for (size_t i = 0; i < words.count; i++)
		texts[i] = words.item[i].text;
	c.words = texts;
	c.count = words.count;
	if (words.count && words.item[words.count - 1].end == point) {
		c.prefix = texts[--c.count];
		out->start = words.item[c.count].start;
	}
	if (words.comment) {
		/* Nothing completes a comment. */
	} else if (c.count == 0) {
		add_commands(&c);
	} else {
		size_t matches;
		const struct sh_command *command = sh_command_find(texts[0], &matches);
		/* The rows compare with whole names; what was typed may be a prefix. */
		char *typed = texts[0], *name = command ? sh_strdup(command->name) : NULL;
		texts[0] = name;
		if (command)
			add_words_of(&c, command);
		texts[0] = typed;
		free(name);
	}
	sort_candidates(out);
	free(texts);
	sh_words_fini(&words);
}

void sh_candidates_fini(struct sh_candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->item[i].text);
		free(candidates->item[i].help);
	}
	free(candidates->item);
	free(candidates->hint);
	*candidates = (struct sh_candidates){ 0 };
}

char *sh_candidates_common(const struct sh_candidates *candidates)
{
	if (!candidates->count)
		return NULL;
	/* They are sorted, so what the first and the last share all share. */
	const char *first = candidates->item[0].text, *last = candidates->item[candidates->count - 1].text;
	size_t n = 0;
	while (first[n] && first[n] == last[n])
		n++;
	while (n && ((unsigned char)first[n] & 0xc0) == 0x80)
		n--;
	return sh_strndup(first, n);
}
