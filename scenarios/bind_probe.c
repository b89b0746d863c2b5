/* bind_probe.c - probes with their tolerances, and the sibling form `- core/cache: restarted`. */
#include "bind.h"

#include <string.h>

#include "diag.h"

/* What values of a measure look like. */
static const char *const value_wants[] = {
	[SCN_BOOL] = "true or false",
	[SCN_COUNT] = "a whole number such as 3",
	[SCN_SHARE] = "a share such as 99.9%",
	[SCN_DURATION] = "a duration such as 250ms or 5s",
	[SCN_ORDER] = "a list such as [-core/a, +core/a]",
};

static bool parse_value(enum scn_measure measure, const char *text, int64_t *out)
{
	uint32_t ppb;
	bool yes;

	switch (measure) {
	case SCN_BOOL:
		if (!inj_parse_bool(text, &yes))
			return false;
		*out = yes;
		return true;
	case SCN_COUNT:
		return inj_parse_count(text, out);
	case SCN_SHARE:
		if (!inj_parse_ppb(text, &ppb))
			return false;
		*out = ppb;
		return true;
	case SCN_DURATION:
		return inj_parse_duration(text, out);
	case SCN_ORDER:
		break;
	}
	return false;
}

static bool bind_number(struct scn_binder *b, const struct scn_probe *probe, const struct scn_node *value,
			const char *tolerance, int64_t *out)
{
	enum scn_measure measure = scn_probe_rows[probe->kind].measure;
	const char *text = scn_bind_text(b, value, tolerance, value_wants[measure]);

	if (!text)
		return false;
	if (parse_value(measure, text, out))
		return true;
	SCN_COMPLAIN(b, value, "%s of %s wants %s, not '%.*s'", tolerance, scn_probe_rows[probe->kind].word,
		     value_wants[measure], scn_diag_cut(text), text);
	return false;
}

static void bind_between(struct scn_binder *b, struct scn_probe *probe, const struct scn_node *value)
{
	if (!scn_bind_is(b, value, SCN_NODE_LIST, "between", "two values such as [1, 3]"))
		return;
	if (value->length != 2) {
		SCN_COMPLAIN(b, value, "between wants two values such as [1, 3], not %u", value->length);
		return;
	}
	if (!bind_number(b, probe, value->first, "between", &probe->low) ||
	    !bind_number(b, probe, value->first->next, "between", &probe->high))
		return;
	if (probe->low > probe->high)
		SCN_COMPLAIN(b, value, "between wants the smaller value first");
}

static void bind_order(struct scn_binder *b, struct scn_probe *probe, const struct scn_node *value)
{
	static const char wants[] = "+ and a path for a start, or - and a path for an exit";
	size_t at = 0;

	if (!scn_bind_is(b, value, SCN_NODE_LIST, "order", value_wants[SCN_ORDER]))
		return;
	if (value->length == 0) {
		SCN_COMPLAIN(b, value, "order wants at least one start or exit");
		return;
	}
	probe->order = scn_bind_alloc(b, b->arena, value->length, sizeof(*probe->order));
	if (!probe->order)
		return;
	for (const struct scn_node *item = value->first; item; item = item->next) {
		const char *text = scn_bind_text(b, item, "an item of order", wants);
		text = text ? scn_bind_path(b, text) : NULL;
		if (!text)
			continue;
		if ((text[0] != '+' && text[0] != '-') || !text[1])
			SCN_COMPLAIN(b, item, "an item of order is %s, not '%.*s'", wants, scn_diag_cut(text),
				     text);
		else if (!inj_pattern_is_path(text + 1))
			SCN_COMPLAIN(b, item, "an item of order is one path, not the pattern '%.*s'",
				     scn_diag_cut(text + 1), text + 1);
		else
			scn_bind_ref(b, text + 1, item, SCN_WANT_ANY, "order");
		probe->order[at++] = text;
	}
	probe->n_order = at;
}

static bool fits(enum scn_measure measure, enum scn_tolerance tolerance)
{
	bool number = measure == SCN_COUNT || measure == SCN_SHARE || measure == SCN_DURATION;
	return number || tolerance == SCN_IS || tolerance == SCN_EQUALS;
}

static void bind_tolerance(struct scn_binder *b, struct scn_probe *probe, const struct scn_node *item,
			   const scn_seen_keys seen, bool known)
{
	const struct scn_probe_row *row = &scn_probe_rows[probe->kind];
	const struct scn_node *name = NULL;

	for (enum scn_tolerance t = SCN_IS; t <= SCN_BETWEEN; t++) {
		const struct scn_node *other = scn_bind_seen(&scn_probe_table, seen, scn_tolerance_word(t));
		if (!other)
			continue;
		if (name) {
			SCN_COMPLAIN(b, other, "a probe has one tolerance, and this one has `%s` already",
				     name->text);
			return;
		}
		name = other;
		probe->tolerance = t;
	}
	if (!name) {
		probe->tolerance = SCN_IS;
		probe->low = 1;
		if (!known)
			return;
		if (row->measure == SCN_ORDER)
			SCN_COMPLAIN(b, item, "order needs `equals` with %s", value_wants[SCN_ORDER]);
		else if (row->measure != SCN_BOOL)
			SCN_COMPLAIN(
				b, item,
				"%s gives %s; say what is tolerated: equals, at_least, at_most or between",
				row->word, value_wants[row->measure]);
		return;
	}
	if (!fits(row->measure, probe->tolerance)) {
		SCN_COMPLAIN(b, name, "%s goes with `%s`, not with `%s`", row->word,
			     row->measure == SCN_BOOL ? "is" : "equals", name->text);
		return;
	}
	if (probe->tolerance == SCN_BETWEEN)
		bind_between(b, probe, name->next);
	else if (row->measure == SCN_ORDER)
		bind_order(b, probe, name->next);
	else
		bind_number(b, probe, name->next, name->text, &probe->low);
	/* They mean the same, and whoever judges need know one only. */
	if (probe->tolerance <= SCN_EQUALS)
		probe->tolerance = row->measure == SCN_BOOL ? SCN_IS : SCN_EQUALS;
}

static void bind_percentile(struct scn_binder *b, struct scn_probe *probe, const scn_seen_keys seen)
{
	const struct scn_node *name = scn_bind_seen(&scn_probe_table, seen, "percentile");

	probe->percentile = probe->kind == SCN_LATENCY ? SCN_PERCENTILE_DEFAULT : 0;
	if (!name)
		return;
	if (probe->kind != SCN_LATENCY) {
		SCN_COMPLAIN(b, name, "%s has no `percentile`; latency has",
			     scn_probe_rows[probe->kind].word);
		return;
	}
	const char *text = scn_bind_text(b, name->next, "percentile", value_wants[SCN_SHARE]);
	if (text && (!inj_parse_ppb(text, &probe->percentile) || probe->percentile == 0))
		SCN_COMPLAIN(b, name->next, "percentile wants a share above 0%% such as 99.9%%, not '%.*s'",
			     scn_diag_cut(text), text);
}

static void bind_of(struct scn_binder *b, struct scn_probe *probe, const struct scn_node *item,
		    const scn_seen_keys seen, bool known)
{
	const struct scn_node *name = scn_bind_seen(&scn_probe_table, seen, "of");
	const char *word = scn_probe_rows[probe->kind].word;

	if (probe->kind == SCN_ORDER_OF) {
		/* Its paths are in the list. */
		probe->of = b->scenario->root.id;
		if (name)
			SCN_COMPLAIN(b, name, "order has no `of`; its list has the paths");
		return;
	}
	if (!name) {
		if (known)
			SCN_COMPLAIN(b, item, "%s needs `of`: whose", word);
		return;
	}
	probe->of = scn_bind_text(b, name->next, "of", "a path such as core/cache, or a pattern");
	if (probe->of)
		probe->of = scn_bind_path(b, probe->of);
	if (probe->of)
		scn_bind_ref(b, probe->of, name->next,
			     probe->kind == SCN_ESCALATED ? SCN_WANT_SUPERVISOR : SCN_WANT_ANY, word);
}

static void bind_sibling(struct scn_binder *b, struct scn_probe *probe, const struct scn_node *name)
{
	const struct scn_node *value = name->next;

	probe->is_sibling = true;
	probe->tolerance = SCN_IS;
	probe->low = 1;
	probe->of = scn_bind_path(b, name->text);
	if (!probe->of)
		return;
	const char *word = scn_bind_text(b, value, "what became of a path",
					 "one of restarted, untouched, survived, stopped");
	if (!word)
		return;
	int sibling = scn_word_find(scn_sibling_words, SCN_SIBLING_COUNT, word);
	if (sibling < 0) {
		const char *near = inj_did_you_mean(word, scn_sibling_words, SCN_SIBLING_COUNT);
		SCN_COMPLAIN(b, value, "'%.*s' is none of restarted, untouched, survived, stopped%s%s%s",
			     scn_diag_cut(word), word, near ? "; did you mean " : "", near ? near : "",
			     near ? "?" : "");
		return;
	}
	probe->sibling = (enum scn_sibling)sibling;
	scn_bind_ref(b, probe->of, name, SCN_WANT_ANY, word);
}

static const struct scn_node *find_probe_key(const struct scn_node *map)
{
	for (const struct scn_node *name = map->first; name; name = name->next->next) {
		if (name->kind == SCN_NODE_TEXT && scn_key_find(&scn_probe_table, name->text))
			return name;
	}
	return NULL;
}

static void bind_probe(struct scn_binder *b, const struct scn_node *item, struct scn_probe *probe)
{
	static const char wants[] =
		"a mapping such as {probe: alive, of: core/cache}, or core/cache: restarted";
	const struct scn_key *key = scn_key_find(&scn_probe_table, "probe");
	char words[256];
	scn_seen_keys seen;

	probe->line = item->line;
	probe->column = item->column;
	if (!scn_bind_is(b, item, SCN_NODE_MAP, "a probe", wants))
		return;
	if (!find_probe_key(item)) {
		if (item->length != 1)
			SCN_COMPLAIN(b, item, "a probe is %s, one path an item", wants);
		else if (item->first->kind == SCN_NODE_TEXT)
			bind_sibling(b, probe, item->first);
		return;
	}
	size_t troubles = b->diags->count + b->diags->suppressed;
	scn_bind_keys(b, &scn_probe_table, item, "a probe", seen);
	bool known = troubles == b->diags->count + b->diags->suppressed;
	const struct scn_node *name = scn_bind_seen(&scn_probe_table, seen, "probe");
	scn_key_wants(key, words, sizeof(words));
	if (!name) {
		if (!scn_bind_meant(b, &scn_probe_table, "probe"))
			SCN_COMPLAIN(b, item, "this probe has no `probe`: %s", words);
		return;
	}
	const char *word = scn_bind_text(b, name->next, "probe", words);
	if (!word)
		return;
	int kind = scn_word_find(scn_probe_words, SCN_PROBE_COUNT, word);
	if (kind < 0) {
		const char *near = inj_did_you_mean(word, scn_probe_words, SCN_PROBE_COUNT);
		if (near)
			SCN_COMPLAIN(b, name->next, "unknown probe '%.*s'; did you mean %s?",
				     scn_diag_cut(word), word, near);
		else
			SCN_COMPLAIN(b, name->next, "unknown probe '%.*s'; it is %s", scn_diag_cut(word),
				     word, words);
		return;
	}
	probe->kind = (enum scn_probe_kind)kind;
	/* What seems to be missing may stand there under a wrong name. */
	bind_of(b, probe, item, seen, known);
	bind_percentile(b, probe, seen);
	bind_tolerance(b, probe, item, seen, known);
}

void scn_bind_probes(struct scn_binder *b, const struct scn_node *list, const char *what,
		     struct scn_probe **out, size_t *count)
{
	if (!scn_bind_is_list(b, list, what, "a list of probes", SCN_ITEMS_MAX))
		return;
	struct scn_probe *probes = scn_bind_alloc(b, b->arena, list->length, sizeof(*probes));
	if (!probes)
		return;
	*out = probes;
	*count = list->length;
	for (const struct scn_node *item = list->first; item && !b->no_memory; item = item->next)
		bind_probe(b, item, probes++);
}
