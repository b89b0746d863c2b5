/* run.c - carries out the steps of a case and writes down what the runtime says.
 *
 * After every step the runtime runs in virtual time until all is quiet.  Answers to requests are kept back
 * until then, because a trace has them after everything that the step caused.
 */
#include "run.h"

#include "normal.h"

#include "runtime/runtime.h"

#include <stdlib.h>
#include <string.h>

/* Which start of which path a process was. */
struct process {
	rt_id id;
	struct cnf_path *path;
	uint32_t n;
	UT_hash_handle hh;
};

struct answer {
	const char *op;
	struct cnf_path *path;
	const char *result; /* null: not yet */
	bool json;
};

struct run {
	const struct cnf_case *kase;
	struct cnf_trace *trace;
	struct rt *rt;
	struct process *processes;
	struct answer *answers; /* of the step that is being done; the token of a request is its index */
	size_t n_answers, answers_capacity;
	enum cnf_run_status status;
};

/* --- what the runtime says ------------------------------------------------------------------------------ */

static struct cnf_path *path_of(struct run *run, rt_place place)
{
	char small[256], *text = small;
	size_t length = rt_path_text(run->rt, place, small, sizeof(small));
	struct cnf_path *path;

	if (length >= sizeof(small)) {
		text = cnf_arena_alloc(&run->trace->arena, length + 1);
		rt_path_text(run->rt, place, text, length + 1);
	}
	path = cnf_trace_path(run->trace, text, length);
	return path;
}

static const char *atom_text(struct run *run, rt_atom atom)
{
	char buf[RT_ATOM_BUF];

	return cnf_trace_text(run->trace, rt_atom_text(run->rt, atom, buf));
}

static uint32_t n_of(const struct run *run, const struct rt_event *event, const struct cnf_path *path)
{
	const struct process *process;

	HASH_FIND(hh, run->processes, &event->actor, sizeof(event->actor), process);
	return process && process->path == path ? process->n : path->starts;
}

static void started(struct run *run, const struct rt_event *event, struct cnf_path *path)
{
	const struct cnf_node *node = cnf_case_find(run->kase, path->text);
	const char *strategy = rt_strategy_text((enum rt_strategy)event->detail);
	struct process *process = cnf_arena_alloc(&run->trace->arena, sizeof(*process));

	if (event->type != RT_SUPERVISOR)
		strategy = NULL;
	else if (node && node->kind == CNF_SUP)
		strategy = cnf_trace_text(run->trace, node->strategy);
	cnf_trace_start(run->trace, path, strategy);
	path->latest = event->actor;
	process->id = event->actor;
	process->path = path;
	process->n = path->starts;
	HASH_ADD(hh, run->processes, id, sizeof(process->id), process);
}

/* A child as which_children tells it. */
struct row {
	char *name;
	const char *state, *type;
};

struct rows {
	struct run *run;
	bool pool;
	struct row *row;
	size_t count, capacity;
};

static bool row_add(void *ctx, const struct rt_child_info *child)
{
	struct rows *rows = ctx;
	struct row *row;

	if (rows->count == rows->capacity) {
		rows->capacity = rows->capacity ? 2 * rows->capacity : 16;
		rows->row = realloc(rows->row, rows->capacity * sizeof(*rows->row));
		if (!rows->row)
			abort();
	}
	row = &rows->row[rows->count++];
	row->name = (char *)atom_text(rows->run, child->name);
	if (rows->pool && child->state == RT_CHILD_RESTARTING)
		row->name = (char *)"*";
	row->state = rt_child_state_text(child->state);
	row->type = rt_type_text(child->type);
	return true;
}

static int row_compare(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static char *children_json(struct run *run, rt_id supervisor)
{
	struct rt_actor_info info;
	struct rows rows = {.run = run};
	char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);

	if (!out)
		abort();
	rows.pool = rt_actor(run->rt, supervisor, &info) == RT_OK && info.strategy == RT_SIMPLE_ONE_FOR_ONE;
	if (rt_children(run->rt, supervisor, row_add, &rows) != RT_OK)
		rows.count = 0;
	if (rows.pool && rows.count > 1)
		qsort(rows.row, rows.count, sizeof(*rows.row), row_compare);
	putc('[', out);
	for (size_t i = 0; i < rows.count; i++) {
		const struct row *row = &rows.row[rows.pool ? i : rows.count - 1 - i];

		fprintf(out, "%s[", i > 0 ? "," : "");
		cnf_json_string(out, row->name);
		fprintf(out, ",\"%s\",\"%s\"]", row->state, row->type);
	}
	putc(']', out);
	fclose(out);
	free(rows.row);
	return json;
}

static char *counts_json(const struct rt_counts *counts)
{
	char *json;

	if (asprintf(&json, "{\"specs\":%lld,\"active\":%lld,\"supervisors\":%lld,\"workers\":%lld}",
		     (long long)counts->specs, (long long)counts->active, (long long)counts->supervisors,
		     (long long)counts->workers) < 0)
		abort();
	return json;
}

static char *spec_json(const struct rt_spec_info *spec)
{
	char shutdown[32], *json;

	if (spec->shutdown_ms == RT_SHUTDOWN_INFINITY)
		strcpy(shutdown, "\"infinity\"");
	else if (spec->shutdown_ms == RT_SHUTDOWN_BRUTAL_KILL)
		strcpy(shutdown, "\"brutal_kill\"");
	else
		snprintf(shutdown, sizeof(shutdown), "%lld", (long long)spec->shutdown_ms);
	if (asprintf(&json, "{\"restart\":\"%s\",\"shutdown\":%s,\"significant\":\"%s\",\"type\":\"%s\"}",
		     rt_restart_text(spec->restart), shutdown, spec->significant ? "true" : "false",
		     rt_type_text(spec->type)) < 0)
		abort();
	return json;
}

static void answered(struct run *run, const struct rt_event *event, const struct rt_reply *reply)
{
	struct answer *answer = &run->answers[reply->token];
	rt_id supervisor = event->actor ? event->actor : rt_path_actor(run->rt, reply->supervisor);
	char *text;

	answer->json = true;
	switch (reply->answer) {
	case RT_ANSWER_CHILDREN:
		text = children_json(run, supervisor);
		break;
	case RT_ANSWER_COUNTS:
		text = counts_json(&reply->counts);
		break;
	case RT_ANSWER_SPEC:
		text = spec_json(&reply->spec);
		break;
	default: {
		size_t size = rt_reply_text(run->rt, reply, NULL, 0) + 1;

		text = malloc(size);
		if (!text)
			abort();
		rt_reply_text(run->rt, reply, text, size);
		answer->json = false;
	}
	}
	answer->result = cnf_trace_text(run->trace, text);
	free(text);
}

static void report(struct run *run, const struct rt_event *event, enum cnf_event kind)
{
	struct cnf_path *path = path_of(run, event->place);
	struct cnf_record record = {.event = kind, .path = path, .reason = atom_text(run, event->reason)};

	if (kind == CNF_EV_START_IGNORED)
		record.reason = NULL;
	if (kind == CNF_EV_EXIT || kind == CNF_EV_CHILD_TERMINATED || kind == CNF_EV_SHUTDOWN_ERROR ||
	    kind == CNF_EV_GIVE_UP)
		record.n = n_of(run, event, path);
	if (kind == CNF_EV_SHUTDOWN_ERROR)
		record.count = event->a;
	if (kind == CNF_EV_GIVE_UP)
		record.child = path_of(run, event->other);
	cnf_trace_add(run->trace, &record);
}

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	struct run *run = ctx;

	switch (event->kind) {
	case RT_EV_START:
		started(run, event, path_of(run, event->place));
		break;
	case RT_EV_START_FAILED:
		report(run, event, CNF_EV_START_FAILED);
		break;
	case RT_EV_START_IGNORED:
		report(run, event, CNF_EV_START_IGNORED);
		break;
	case RT_EV_EXIT:
		report(run, event, CNF_EV_EXIT);
		break;
	case RT_EV_CHILD_TERMINATED:
		report(run, event, CNF_EV_CHILD_TERMINATED);
		break;
	case RT_EV_START_ERROR:
		report(run, event, CNF_EV_START_ERROR);
		break;
	case RT_EV_SHUTDOWN_ERROR:
		report(run, event, CNF_EV_SHUTDOWN_ERROR);
		break;
	case RT_EV_GIVE_UP:
		report(run, event, CNF_EV_GIVE_UP);
		break;
	case RT_EV_RESULT:
		answered(run, event, ext);
		break;
	default: /* the trace does not know the others */
		break;
	}
}

/* --- steps ---------------------------------------------------------------------------------------------- */

static bool good(struct run *run, enum rt_status status)
{
	if (status == RT_ENOMEM)
		run->status = CNF_RUN_NOMEM;
	return status == RT_OK;
}

/* Until all is quiet and the clock has come to `until`. */
static void settle(struct run *run, rt_time until)
{
	const uint64_t at_once = 100000;

	for (uint64_t steps = 0; run->status == CNF_RUN_OK; steps += at_once) {
		enum rt_status status = rt_run(run->rt, until, at_once);

		if (status != RT_EAGAIN) {
			good(run, status);
			break;
		}
		if (steps > CNF_STEPS_MAX || run->trace->n_records > CNF_RECORDS_MAX)
			run->status = CNF_RUN_ENDLESS;
	}
}

static uint64_t answer_new(struct run *run, const char *op, struct cnf_path *path)
{
	if (run->n_answers == run->answers_capacity) {
		run->answers_capacity = run->answers_capacity ? 2 * run->answers_capacity : 16;
		run->answers = realloc(run->answers, run->answers_capacity * sizeof(*run->answers));
		if (!run->answers)
			abort();
	}
	run->answers[run->n_answers] = (struct answer){.op = op, .path = path};
	return run->n_answers++;
}

/* The end of a step: the answers, in the order of the requests. */
static void answers_add(struct run *run)
{
	for (size_t i = 0; i < run->n_answers; i++) {
		const struct answer *answer = &run->answers[i];

		if (answer->result)
			cnf_trace_add(run->trace, &(struct cnf_record){.event = CNF_EV_RESULT,
								       .op = answer->op,
								       .path = answer->path,
								       .result = answer->result,
								       .json = answer->json});
	}
	run->n_answers = 0;
}

static struct cnf_path *path_named(struct run *run, const char *text)
{
	return cnf_trace_path(run->trace, text, strlen(text));
}

static void skip(struct run *run, const struct cnf_step *step)
{
	cnf_trace_add(run->trace, &(struct cnf_record){.event = CNF_EV_SKIP,
						       .op = cnf_op_word(step->op),
						       .path = path_named(run, step->path)});
}

/* The live process at a path, and what it is. */
static rt_id actor_at(const struct run *run, const char *path, struct rt_actor_info *info)
{
	rt_place place = rt_path_find(run->rt, path);
	rt_id actor = place ? rt_path_actor(run->rt, place) : RT_NOBODY;

	return actor != RT_NOBODY && rt_actor(run->rt, actor, info) == RT_OK ? actor : RT_NOBODY;
}

static bool is_worker(const struct run *run, const char *path)
{
	const struct cnf_node *node = cnf_case_find(run->kase, path);
	struct rt_actor_info info;

	if (actor_at(run, path, &info) != RT_NOBODY)
		return info.worker != NULL;
	return node && node->kind == CNF_WORKER;
}

/* The process that a handle names; null if the key was never started. */
static const struct cnf_path *handle_path(struct run *run, const struct cnf_step *step)
{
	size_t length = strlen(step->path) + strlen(step->name);
	char *text = cnf_arena_alloc(&run->trace->arena, length + 1);
	const struct cnf_path *path;

	snprintf(text, length + 1, "%s/%s", step->path, step->name + 1);
	path = cnf_trace_path(run->trace, text, length);
	return path->latest ? path : NULL;
}

static void request(struct run *run, const struct cnf_step *step)
{
	const struct cnf_path *handle = NULL;
	struct rt_actor_info info;
	struct rt_request request = {
		.op = cnf_op_request(step->op),
		.name = step->name,
		.child = step->child,
	};

	if (step->by_handle)
		handle = handle_path(run, step);
	if (is_worker(run, step->path) || (step->by_handle && !handle)) {
		skip(run, step);
		return;
	}
	request.token = answer_new(run, cnf_op_word(step->op), path_named(run, step->path));
	if (actor_at(run, step->path, &info) == RT_NOBODY) {
		run->answers[request.token].result = "{exit,noproc}";
		return;
	}
	/* Restart and delete take no handle: for a pool @KEY is then just something that is none. */
	if (handle && info.strategy == RT_SIMPLE_ONE_FOR_ONE &&
	    (step->op == CNF_TERMINATE_CHILD || step->op == CNF_GET_CHILDSPEC)) {
		request.handle = handle->latest;
		request.name = NULL;
	}
	request.supervisor = info.place;
	good(run, rt_request(run->rt, &request));
}

/* Whatever follows is caused by an event of its own: what the script does. */
static void input(struct run *run)
{
	struct rt_event event = {.kind = RT_EV_USER};

	rt_because(run->rt, rt_emit(run->rt, &event, NULL));
}

static void step_simple(struct run *run, const struct cnf_step *step)
{
	struct rt_actor_info info;
	rt_id actor = RT_NOBODY;
	rt_atom reason = 0;

	if (step->reason) {
		reason = rt_atom_make(run->rt, step->reason);
		if (!reason) {
			run->status = CNF_RUN_NOMEM;
			return;
		}
	}
	if (step->path)
		actor = actor_at(run, step->path, &info);
	input(run);
	switch (step->op) {
	case CNF_EXIT:
		if (actor == RT_NOBODY || !info.worker)
			skip(run, step);
		else
			good(run, rt_exit(run->rt, actor, reason));
		break;
	case CNF_KILL:
		if (actor == RT_NOBODY)
			skip(run, step);
		else
			good(run, rt_kill(run->rt, actor));
		break;
	case CNF_SIGNAL:
		if (actor == RT_NOBODY)
			skip(run, step);
		else
			good(run, rt_signal(run->rt, RT_NOBODY, actor, reason));
		break;
	case CNF_STOP:
		if (actor == RT_NOBODY || info.worker)
			skip(run, step);
		else
			good(run, rt_stop(run->rt, actor, reason));
		break;
	case CNF_WAIT:
		settle(run, rt_now(run->rt) + step->wait_ms * RT_MS);
		break;
	default:
		request(run, step);
	}
}

static void step_burst(struct run *run, const struct cnf_step *step)
{
	struct rt_actor_info info;
	rt_id supervisor = actor_at(run, step->path, &info);

	if (supervisor == RT_NOBODY || info.worker) {
		skip(run, step);
		return;
	}
	input(run);
	if (!good(run, rt_suspend(run->rt, supervisor)))
		return;
	for (size_t i = 1; i <= step->n_inner; i++) {
		step_simple(run, &step[i]);
		settle(run, RT_FOREVER);
	}
	input(run);
	if (rt_actor(run->rt, supervisor, &info) == RT_OK)
		good(run, rt_resume(run->rt, supervisor));
}

static void end(struct run *run, size_t step)
{
	cnf_trace_step(run->trace, step, "end");
	input(run);
	if (rt_root(run->rt) != RT_NOBODY)
		good(run, rt_shutdown(run->rt));
	settle(run, RT_FOREVER);
	answers_add(run);
	cnf_trace_add(run->trace, &(struct cnf_record){.event = CNF_EV_END});
}

static void begin(struct run *run)
{
	const char *root = run->kase->root.id;
	size_t length = strlen("start ") + strlen(root);
	char *op = cnf_arena_alloc(&run->trace->arena, length + 1);

	snprintf(op, length + 1, "start %s", root);
	cnf_trace_step(run->trace, 0, op);
	answer_new(run, rt_op_word(RT_OP_START), path_named(run, root)); /* token 0 is that of rt_start() */
	input(run);
	if (good(run, rt_start(run->rt, &run->kase->root)))
		settle(run, RT_FOREVER);
	answers_add(run);
}

static void script(struct run *run)
{
	const struct cnf_case *kase = run->kase;
	size_t number = 0;

	for (size_t i = 0; i < kase->n_steps && run->status == CNF_RUN_OK; i++) {
		const struct cnf_step *step = &kase->steps[i];

		cnf_trace_step(run->trace, ++number, cnf_trace_text(run->trace, step->text));
		if (step->op == CNF_BURST) {
			step_burst(run, step);
			i += step->n_inner;
		} else {
			step_simple(run, step);
		}
		settle(run, RT_FOREVER);
		answers_add(run);
	}
	if (run->status == CNF_RUN_OK)
		end(run, number + 1);
}

enum cnf_run_status cnf_run(const struct cnf_case *kase, struct cnf_trace *trace, struct cnf_watch *watch)
{
	struct run run = {.kase = kase, .trace = trace};
	struct rt_config config = {.seed = 0};

	if (rt_new(&config, &run.rt) != RT_OK)
		return CNF_RUN_NOMEM;
	if (!good(&run, rt_observe(run.rt, observe, &run)))
		goto out;
	if (watch) {
		watch->rt = run.rt;
		if (!good(&run, rt_observe(run.rt, watch->observer, watch->ctx)))
			goto out;
	}
	begin(&run);
	if (run.status == CNF_RUN_OK)
		script(&run);
	cnf_normal_order(trace);
out:
	HASH_CLEAR(hh, run.processes);
	free(run.answers);
	rt_free(run.rt);
	return run.status;
}

bool cnf_run_text(const char *text, size_t length, FILE *out, struct cnf_error *error)
{
	struct cnf_case *kase = cnf_case_parse(text, length, error);
	struct cnf_trace trace = {0};
	enum cnf_run_status status;

	if (!kase)
		return false;
	status = cnf_run(kase, &trace, NULL);
	if (status == CNF_RUN_OK)
		cnf_trace_print(&trace, out);
	else
		*error = (struct cnf_error){1, 1, ""};
	if (status == CNF_RUN_ENDLESS)
		strcpy(error->text, "the case does not come to rest");
	if (status == CNF_RUN_NOMEM)
		strcpy(error->text, "the case needs more memory than there is");
	cnf_trace_fini(&trace);
	cnf_case_free(kase);
	return status == CNF_RUN_OK;
}
