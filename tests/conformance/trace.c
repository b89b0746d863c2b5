/* trace.c - the records of a trace and their text. */
#include "trace.h"

#include <string.h>
#include <utlist.h>

static const char *const event_words[CNF_EVENT_COUNT] = {
#define X(name, word) [name] = word,
	CNF_EVENT_LIST(X)
#undef X
};

struct cnf_path *cnf_trace_path(struct cnf_trace *trace, const char *text, size_t length)
{
	struct cnf_path *path;

	HASH_FIND(hh, trace->paths, text, length, path);
	if (path)
		return path;
	path = cnf_arena_alloc(&trace->arena, sizeof(*path));
	path->text = cnf_arena_text(&trace->arena, text, length);
	path->length = length;
	path->index = HASH_COUNT(trace->paths);
	HASH_ADD_KEYPTR(hh, trace->paths, path->text, length, path);
	return path;
}

const char *cnf_trace_text(struct cnf_trace *trace, const char *text)
{
	return cnf_arena_text(&trace->arena, text, strlen(text));
}

struct cnf_record *cnf_trace_add(struct cnf_trace *trace, const struct cnf_record *record)
{
	struct cnf_record *copy = cnf_arena_alloc(&trace->arena, sizeof(*copy));

	*copy = *record;
	DL_APPEND(trace->records, copy);
	trace->n_records++;
	return copy;
}

void cnf_trace_step(struct cnf_trace *trace, size_t step, const char *op)
{
	cnf_trace_add(trace, &(struct cnf_record){.event = CNF_EV_STEP, .step = step, .op = op});
}

void cnf_trace_start(struct cnf_trace *trace, struct cnf_path *path, const char *strategy)
{
	path->pool |= strategy && !strcmp(strategy, rt_strategy_text(RT_SIMPLE_ONE_FOR_ONE));
	cnf_trace_add(trace, &(struct cnf_record){.event = CNF_EV_START,
						  .path = path,
						  .n = ++path->starts,
						  .sup = strategy != NULL,
						  .strategy = strategy});
}

void cnf_trace_exit(struct cnf_trace *trace, struct cnf_path *path, uint32_t n, const char *reason)
{
	cnf_trace_add(trace,
		      &(struct cnf_record){ .event = CNF_EV_EXIT, .path = path, .n = n, .reason = reason });
}

void cnf_json_string(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ')
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

static void field(FILE *out, const char *name, const char *text)
{
	if (!text)
		return;
	fprintf(out, ",\"%s\":", name);
	cnf_json_string(out, text);
}

static void print(const struct cnf_record *record, size_t seq, FILE *out)
{
	fprintf(out, "{\"seq\":%zu,\"event\":\"%s\"", seq, event_words[record->event]);
	if (record->event == CNF_EV_STEP)
		fprintf(out, ",\"step\":%zu", record->step);
	field(out, "op", record->op);
	if (record->path)
		fprintf(out, ",\"id\":\"%s%s\"", record->path->text, record->count ? "/*" : "");
	if (record->n)
		fprintf(out, ",\"n\":%u", record->n);
	if (record->event == CNF_EV_START)
		field(out, "kind", record->sup ? "sup" : "worker");
	field(out, "strategy", record->strategy);
	if (record->child)
		field(out, "child", record->child->text);
	if (record->count)
		fprintf(out, ",\"count\":%u", record->count);
	field(out, "reason", record->reason);
	if (record->json)
		fprintf(out, ",\"result\":%s", record->result);
	else
		field(out, "result", record->result);
	fputs("}\n", out);
}

void cnf_trace_print(const struct cnf_trace *trace, FILE *out)
{
	const struct cnf_record *record;
	size_t seq = 0;

	DL_FOREACH(trace->records, record)
		print(record, ++seq, out);
}

void cnf_trace_fini(struct cnf_trace *trace)
{
	HASH_CLEAR(hh, trace->paths);
	cnf_arena_fini(&trace->arena);
	trace->records = NULL;
	trace->n_records = 0;
}
