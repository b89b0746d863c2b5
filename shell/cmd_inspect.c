/* cmd_inspect.c - commands that look at the tree and at what happened.  None of them changes the run, but
 * `expect`, which adds to what it is judged by.
 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "question.h"
#include "tree_text.h"
#include "work_text.h"
#include "worker_text.h"

enum sh_code sh_cmd_tree(struct sh_session *session, unsigned argc, char *const *argv)
{
	const struct rt *rt = scn_world_rt(session->world);
	bool all = argc > 1 && !strcmp(argv[argc - 1], "all");
	const char *path = argc > (all ? 2u : 1u) ? argv[1] : NULL;
	if (argc == 3 && !all)
		return sh_session_error(session, SH_USAGE, "tree: '%s' is not `all`", argv[2]);
	if (rt_root(rt) == RT_NOBODY)
		sh_put(session->out, "the tree is down\n");
	if (!sh_tree_print(session->out, rt, session->scenario, path, all))
		return sh_session_check_path(session, path, false);
	return SH_OK;
}

/* --- as OTP answers ------------------------------------------------------------------------------------ */

struct children {
	const struct rt *rt;
	struct rt_child_info *item;
	size_t count, capacity;
};

static bool collect_child(void *ctx, const struct rt_child_info *child)
{
	struct children *children = ctx;
	children->item =
		sh_grow(children->item, children->count, &children->capacity, sizeof(*children->item));
	children->item[children->count++] = *child;
	return true;
}

/* The live supervisor of a path; prints what it finds instead. */
static rt_id find_supervisor(struct sh_session *session, const char *path, enum sh_code *code)
{
	const struct rt *rt = scn_world_rt(session->world);
	rt_place place = rt_path_find(rt, path);
	*code = SH_OK;
	if (!place) {
		*code = sh_session_check_path(session, path, false);
		return RT_NOBODY;
	}
	rt_id id = rt_path_actor(rt, place);
	if (id == RT_NOBODY) {
		sh_put(session->out, "{exit,noproc}\n");
		return RT_NOBODY;
	}
	struct rt_counts counts;
	if (rt_count(rt, id, &counts) != RT_OK) {
		*code = sh_session_error(session, SH_USAGE, "%s is not a supervisor", path);
		return RT_NOBODY;
	}
	return id;
}

enum sh_code sh_cmd_which_children(struct sh_session *session, unsigned argc, char *const *argv)
{
	(void)argc;
	enum sh_code code;
	struct children children = { .rt = scn_world_rt(session->world) };
	rt_id id = find_supervisor(session, argv[1], &code);
	if (id == RT_NOBODY)
		return code;
	code = sh_session_status(session, rt_children(children.rt, id, collect_child, &children),
				 "which_children");
	sh_put(session->out, "[");
	for (size_t i = children.count; code == SH_OK && i-- > 0;) {
		char number[RT_ATOM_BUF];
		const struct rt_child_info *child = &children.item[i];
		char *name = sh_id_text(rt_atom_text(children.rt, child->name, number));
		sh_printf(session->out, "{%s,%s,%s}%s", name, rt_child_state_text(child->state),
			  rt_type_text(child->type), i ? ",\n " : "");
		free(name);
	}
	sh_put(session->out, "]\n");
	free(children.item);
	return code;
}

enum sh_code sh_cmd_count_children(struct sh_session *session, unsigned argc, char *const *argv)
{
	(void)argc;
	enum sh_code code;
	struct rt_counts counts;
	rt_id id = find_supervisor(session, argv[1], &code);
	if (id == RT_NOBODY)
		return code;
	code = sh_session_status(session, rt_count(scn_world_rt(session->world), id, &counts),
				 "count_children");
	if (code == SH_OK)
		sh_printf(session->out, "[{specs,%lld},{active,%lld},{supervisors,%lld},{workers,%lld}]\n",
			  (long long)counts.specs, (long long)counts.active, (long long)counts.supervisors,
			  (long long)counts.workers);
	return code;
}

/* As a comment behind the term: which of its values are defaults that nobody has said. */
static void put_defaults(struct sh_session *session, const struct rt_child_info *child)
{
	const struct rt *rt = scn_world_rt(session->world);
	const struct rt_spec_info *spec = &child->spec;
	int64_t shutdown_ms = spec->type == RT_SUPERVISOR ? RT_SHUTDOWN_INFINITY : RT_SHUTDOWN_WORKER_MS;
	const struct {
		const char *key;
		bool is_default;
	} rows[] = {
		{ "restart", spec->restart == RT_PERMANENT },
		{ "shutdown", spec->shutdown_ms == shutdown_ms },
		{ "significant", !spec->significant },
		{ "type", spec->type == (child->supervisor ? RT_SUPERVISOR : RT_WORKER) },
	};
	size_t length = rt_path_text(rt, child->place, NULL, 0);
	char *path = sh_alloc(length + 1);
	rt_path_text(rt, child->place, path, length + 1);
	uint32_t said = scn_said(session->scenario, path);
	const char *before = "  % by default: ";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].is_default || scn_said_key(said, rows[i].key))
			continue;
		sh_printf(session->out, "%s%s", before, rows[i].key);
		before = ", ";
	}
	if (!child->supervisor) {
		struct rt_actor_info actor = { .worker = NULL };
		(void)!rt_actor(rt, child->id, &actor);
		sh_put(session->out, "\n%");
		sh_worker_whole(session->out, session->scenario, path, actor.worker);
	}
	free(path);
}

enum sh_code sh_cmd_get_childspec(struct sh_session *session, unsigned argc, char *const *argv)
{
	(void)argc;
	enum sh_code code;
	struct children children = { .rt = scn_world_rt(session->world) };
	rt_id id = find_supervisor(session, argv[1], &code);
	if (id == RT_NOBODY)
		return code;
	code = sh_session_status(session, rt_children(children.rt, id, collect_child, &children),
				 "get_childspec");
	const struct rt_child_info *found = NULL;
	char number[RT_ATOM_BUF], shutdown[INJ_VALUE_BUF];
	for (size_t i = 0; i < children.count && !found; i++)
		if (!strcmp(rt_atom_text(children.rt, children.item[i].name, number), argv[2]))
			found = &children.item[i];
	if (code == SH_OK && !found)
		sh_put(session->out, "{error,not_found}\n");
	if (code == SH_OK && found) {
		char *given = sh_id_text(argv[2]);
		sh_printf(session->out,
			  "#{id => %s, restart => %s, shutdown => %s, significant => %s, type => %s}",
			  given, rt_restart_text(found->spec.restart),
			  inj_print_shutdown(found->spec.shutdown_ms, shutdown),
			  found->spec.significant ? "true" : "false", rt_type_text(found->spec.type));
		free(given);
		put_defaults(session, found);
		sh_put(session->out, "\n");
	}
	free(children.item);
	return code;
}

/* --- work ---------------------------------------------------------------------------------------------- */

enum sh_code sh_cmd_services(struct sh_session *session, unsigned argc, char *const *argv)
{
	const char *pattern = argc > 1 ? argv[1] : NULL;
	enum rt_status status;
	if (sh_work_print(session->out, session->world, pattern, &status) || status != RT_OK)
		return sh_session_status(session, status, "services");
	if (pattern && scn_world_phase(session->world) != SCN_OVER &&
	    sh_session_check_path(session, pattern, false) != SH_OK)
		return SH_USAGE;
	sh_printf(session->out, "nothing was asked of %s\n", pattern ? pattern : "anybody");
	return SH_OK;
}

/* --- events -------------------------------------------------------------------------------------------- */

static void put_event(struct sh_session *session, const struct scn_event *event)
{
	char line[512];
	(void)scn_event_line(event, line, sizeof(line));
	sh_put(session->out, line);
	sh_put(session->out, "\n");
}

static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

enum sh_code sh_cmd_events(struct sh_session *session, unsigned argc, char *const *argv)
{
	const struct scn_history *history = scn_world_history(session->world);
	const char *pattern = NULL;
	int64_t count = 20;
	for (unsigned i = 1; i < argc; i++) {
		if (is_number(argv[i]) && !inj_parse_count(argv[i], &count))
			return sh_session_error(session, SH_USAGE, "events: %s is too much", argv[i]);
		if (!is_number(argv[i]) && pattern)
			return sh_session_error(session, SH_USAGE, "events: one path is enough: '%s'",
						argv[i]);
		if (!is_number(argv[i]))
			pattern = argv[i];
	}
	/* From the latest back to where there are enough of them, then forward. */
	uint64_t first = scn_history_first(history), last = scn_history_last(history), seq = last + 1;
	struct scn_event event;
	for (int64_t found = 0; found < count && seq > first;)
		if (scn_history_get(history, --seq, &event) &&
		    (!pattern || inj_pattern_match(pattern, event.path)))
			found++;
	bool any = false;
	for (; seq && seq <= last; seq++) {
		if (!scn_history_get(history, seq, &event) ||
		    (pattern && !inj_pattern_match(pattern, event.path)))
			continue;
		put_event(session, &event);
		any = true;
	}
	/* When all is over the tree cannot be asked which paths there were. */
	if (!any && pattern && count && scn_world_phase(session->world) != SCN_OVER)
		return sh_session_check_path(session, pattern, false);
	return SH_OK;
}

enum sh_code sh_cmd_why(struct sh_session *session, unsigned argc, char *const *argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	struct sh_text none = { 0 };
	uint64_t seq;
	enum sh_code code = sh_question_event(session->world, word, &seq, &none);
	if (seq) {
		const struct scn_history *history = scn_world_history(session->world);
		code = sh_session_status(session, scn_why(history, seq, sh_output_sink(session->out)), "why");
	} else if (code != SH_OK) {
		code = sh_session_error(session, code, "why: %s", none.text);
	} else if (scn_world_phase(session->world) == SCN_OVER || !word ||
		   sh_session_check_path(session, word, false) == SH_OK) {
		/* When all is over the tree cannot be asked which paths there were. */
		sh_printf(session->out, "%s\n", none.text);
	} else {
		code = SH_USAGE;
	}
	sh_text_fini(&none);
	return code;
}

/* --- expectations -------------------------------------------------------------------------------------- */

static void put_finding(struct sh_session *session, const struct scn_probe *probe, bool met,
			const char *expected, const char *verb, const char *actual)
{
	sh_styled(session->out, met ? SH_GOOD : SH_BAD, met ? "holds  " : "fails  ");
	sh_printf(session->out, "%s %s: expected %s, %s %s\n",
		  probe->is_sibling ? scn_sibling_word(probe->sibling) : scn_probe_rows[probe->kind].word,
		  probe->of ? probe->of : "", expected, verb, actual);
}

static bool put_probe(struct sh_session *session, const struct scn_probe *probe)
{
	char expected[240] = "", actual[240] = "";
	bool met = scn_world_probe(session->world, probe, expected, actual, sizeof(expected));
	bool over = scn_world_phase(session->world) == SCN_OVER;
	put_finding(session, probe, met, expected, over ? "after the final stop is" : "is", actual);
	return met;
}

/* At the end everything was stopped, which nobody expects otherwise; so what was found before that counts. */
static void put_judged(struct sh_session *session)
{
	struct scn_judged judged;
	bool any = false;
	for (size_t i = 0; scn_world_judged(session->world, i, &judged); i++) {
		if (judged.kind != SCN_EXPECTATION)
			continue;
		put_finding(session, judged.probe, judged.met, judged.expected, "was", judged.actual);
		any = true;
	}
	if (!any)
		sh_printf(session->out, "%s: no expectation was judged\n",
			  scn_verdict_word(scn_world_result(session->world).verdict));
}

enum sh_code sh_cmd_expect(struct sh_session *session, unsigned argc, char *const *argv)
{
	const struct scn_scenario *scenario = session->scenario;
	if (argc == 1 && !scenario->n_expect && !session->n_expects) {
		sh_put(session->out, "nothing is expected\n");
		return SH_OK;
	}
	if (argc == 1 && scn_world_phase(session->world) == SCN_OVER) {
		put_judged(session);
		return SH_OK;
	}
	if (argc == 1) {
		for (size_t i = 0; i < scenario->n_expect; i++)
			(void)put_probe(session, &scenario->expect[i]);
		for (size_t i = 0; i < session->n_expects; i++)
			(void)put_probe(session, &session->expects[i]);
		return SH_OK;
	}
	struct scn_probe probe = { 0 };
	struct rt_error error = { 0 };
	enum rt_status status =
		scn_probe_parse(session->world, (const char *const *)(argv + 1), argc - 1, &probe, &error);
	/* What was meant is told where it is the path. */
	if (status != RT_OK && probe.of && scn_world_phase(session->world) != SCN_OVER &&
	    sh_session_check_path(session, probe.of, false) != SH_OK)
		return SH_USAGE;
	if (status != RT_OK)
		return sh_session_error(session, SH_USAGE, "expect: %s",
					*error.text ? error.text : rt_status_text(status));
	if (scn_world_phase(session->world) != SCN_OVER) {
		session->touched = true;
		status = sh_session_add(session, &probe);
		if (status != RT_OK)
			return sh_session_status(session, status, "expect");
		session->expects = sh_grow(session->expects, session->n_expects, &session->expects_capacity,
					   sizeof(probe));
		session->expects[session->n_expects++] = probe;
	}
	return put_probe(session, &probe) ? SH_OK : SH_FAIL;
}
