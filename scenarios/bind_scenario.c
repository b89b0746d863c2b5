/* bind_scenario.c - the scenario as a whole.
 *
 * The parts of a file may come in any order, but some say something about others, so the tree is bound first
 * and paths are looked for last.
 */
#include "bind.h"

#include <string.h>

#include "diag.h"

static const char *file_stem(struct scn_binder *b, const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *start = slash ? slash + 1 : file;
	const char *dot = strrchr(start, '.');
	size_t length = dot && dot != start ? (size_t)(dot - start) : strlen(start);
	char *name =
		length ? scn_arena_text(b->arena, start, length) : scn_arena_text(b->arena, "scenario", 8);

	if (!name)
		b->no_memory = true;
	return name;
}

static void bind_limits(struct scn_binder *b, const struct scn_node *node)
{
	scn_seen_keys seen;

	if (!scn_bind_is(b, node, SCN_NODE_MAP, "limits", "a mapping such as {time: 1h}"))
		return;
	scn_bind_keys(b, &scn_limits_table, node, "limits", seen);
	for (size_t i = 0; i < scn_limits_table.count; i++) {
		if (seen[i])
			scn_bind_value(b, &scn_limits_table.keys[i], seen[i]->next, &b->scenario->limits);
	}
}

static void bind_version(struct scn_binder *b, const struct scn_node *root, const struct scn_node *name)
{
	const struct scn_node *version = name ? name->next : NULL;

	if (!version)
		SCN_COMPLAIN(b, root, "version is missing; write `version: 1`");
	else if (version->kind == SCN_NODE_TEXT && !scn_node_is_null(version) &&
		 strcmp(version->text, "1") != 0)
		SCN_COMPLAIN(b, version, "this program reads version 1, not '%.*s'",
			     scn_diag_cut(version->text), version->text);
	else
		scn_bind_text(b, version, "version", "1");
}

void scn_bind_scenario(struct scn_binder *b, const struct scn_node *root)
{
	const struct scn_table *table = &scn_scenario_table;
	struct scn_scenario *scenario = b->scenario;
	scn_seen_keys seen;

	scn_bind_defaults(b, table, scenario);
	scn_bind_defaults(b, &scn_limits_table, &scenario->limits);
	scn_bind_defaults(b, &scn_child_table, &b->child);
	b->child.behaviour = rt_behaviour_find(b->child.worker);
	if (!scn_bind_is(b, root, SCN_NODE_MAP, "a scenario", "a mapping that begins with `version: 1`"))
		return;
	scn_bind_keys(b, table, root, "a scenario", seen);
	bool meant_tree = scn_bind_meant(b, table, "tree");
	b->has_end = scn_bind_seen(table, seen, "duration") || scn_bind_meant(b, table, "duration");
	if (scn_bind_seen(table, seen, "version") || !scn_bind_meant(b, table, "version"))
		bind_version(b, root, scn_bind_seen(table, seen, "version"));
	for (size_t i = 0; i < table->count; i++) {
		enum scn_type type = table->keys[i].type;
		if (seen[i] && (type == SCN_T_TEXT || type == SCN_T_LINE || type == SCN_T_SEED ||
				type == SCN_T_DURATION || type == SCN_T_WORD))
			scn_bind_value(b, &table->keys[i], seen[i]->next, scenario);
		else if (seen[i] && type == SCN_T_LIMITS)
			bind_limits(b, seen[i]->next);
	}
	if (scenario->flavour == SCN_ELIXIR)
		b->child.intensity = SCN_ELIXIR_INTENSITY;
	scenario->has_duration = scenario->duration > 0;
	if (!scenario->name)
		scenario->name = file_stem(b, scenario->file);

	const struct scn_node *tree = scn_bind_seen(table, seen, "tree");
	size_t troubles = b->diags->count + b->diags->suppressed;
	b->saw_bad = false;
	if (tree)
		scn_bind_tree(b, tree->next);
	else if (!meant_tree)
		SCN_COMPLAIN(
			b, root,
			"tree is missing; it is the root supervisor, such as tree: {id: core, children: []}");
	bool tree_good = tree && troubles == b->diags->count + b->diags->suppressed && !b->saw_bad;

	const struct scn_node *part = scn_bind_seen(table, seen, "hypothesis");
	if (part)
		scn_bind_probes(b, part->next, "hypothesis", &scenario->hypothesis, &scenario->n_hypothesis);
	part = scn_bind_seen(table, seen, "method");
	if (part)
		scn_bind_actions(b, part->next, "method", false, &scenario->method, &scenario->n_method);
	part = scn_bind_seen(table, seen, "rollbacks");
	if (part)
		scn_bind_actions(b, part->next, "rollbacks", true, &scenario->rollbacks,
				 &scenario->n_rollbacks);
	scn_bind_actions_done(b);
	part = scn_bind_seen(table, seen, "expect");
	if (part)
		scn_bind_probes(b, part->next, "expect", &scenario->expect, &scenario->n_expect);
	/* Below a broken tree every path would look wrong. */
	if (tree_good && !b->no_memory)
		scn_bind_refs(b);
}
