/* normal.c - rules A and B.
 *
 * Rule A walks the trace once and keeps the processes that are alive at that point.  A supervisor whose exit
 * is reached while something below its path is alive has left orphans: their later events are cut out and
 * put behind that exit, and the walk goes on with them.
 */
#include "normal.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

struct process_key {
	uint32_t path, n;
};

struct process {
	struct process_key key;
	struct cnf_path *path;
	size_t started; /* order of the start events */
	bool sup, orphan;
	struct group *group; /* of an orphan */
	struct process *prev, *next; /* in the list of the living */
	UT_hash_handle hh;
};

/* The orphans below one direct child of the dead supervisor. */
struct group {
	const char *id; /* the direct child's */
	size_t id_length;
	size_t started;
	struct cnf_record *records;
	struct group *prev, *next;
};

struct walk {
	struct cnf_trace *trace;
	struct cnf_arena arena;
	struct process *processes, *living;
	size_t starts;
};

static struct process *process_find(const struct walk *walk, const struct cnf_path *path, uint32_t n)
{
	struct process_key key = {path->index, n};
	struct process *process;

	HASH_FIND(hh, walk->processes, &key, sizeof(key), process);
	return process;
}

static void process_start(struct walk *walk, const struct cnf_record *record)
{
	struct process *process = cnf_arena_alloc(&walk->arena, sizeof(*process));

	process->key = (struct process_key){record->path->index, record->n};
	process->path = record->path;
	process->sup = record->sup;
	process->started = walk->starts++;
	HASH_ADD(hh, walk->processes, key, sizeof(process->key), process);
	DL_APPEND(walk->living, process);
}

/* The id of the supervisor's direct child at or above `path`; null if `path` is not below the supervisor. */
static const char *child_id(const struct cnf_path *sup, const struct cnf_path *path, size_t *length)
{
	const char *id = path->text + sup->length + 1;

	if (path->length <= sup->length || path->text[sup->length] != '/' ||
	    memcmp(path->text, sup->text, sup->length))
		return NULL;
	*length = strcspn(id, "/");
	return id;
}

static struct group *group_of(struct walk *walk, struct group **groups, const char *id, size_t length)
{
	struct group *group;

	DL_FOREACH(*groups, group)
		if (group->id_length == length && !memcmp(group->id, id, length))
			return group;
	group = cnf_arena_alloc(&walk->arena, sizeof(*group));
	group->id = id;
	group->id_length = length;
	DL_APPEND(*groups, group);
	return group;
}

/* Latest started first; groups start at different times. */
static int group_compare(const struct group *a, const struct group *b)
{
	return a->started < b->started ? 1 : -1;
}

/* Marks everything alive below `sup`; returns how many that are. */
static size_t orphans_mark(struct walk *walk, const struct cnf_path *sup, struct group **groups)
{
	struct process *process;
	size_t count = 0;

	DL_FOREACH(walk->living, process) {
		size_t length;
		const char *id = child_id(sup, process->path, &length);

		if (!id)
			continue;
		process->orphan = true;
		process->group = group_of(walk, groups, id, length);
		if (process->path->length == sup->length + 1 + length)
			process->group->started = process->started;
		count++;
	}
	return count;
}

static bool is_end(const struct cnf_record *record)
{
	return record->event == CNF_EV_EXIT || record->event == CNF_EV_CHILD_TERMINATED ||
	       record->event == CNF_EV_SHUTDOWN_ERROR;
}

/* Moves the ends of all that is alive below the supervisor whose exit is `from` right behind it. */
static void orphans_move(struct walk *walk, struct cnf_record *from)
{
	struct cnf_record *record = from->next, *next, *behind = from;
	struct group *groups = NULL, *group;
	struct process *process;
	size_t left = orphans_mark(walk, from->path, &groups);

	/* Nothing follows the end of the last one: whoever would report it is an orphan itself. */
	for (; record && left > 0; record = next) {
		next = record->next;
		process = is_end(record) ? process_find(walk, record->path, record->n) : NULL;
		if (!process || !process->orphan)
			continue;
		left -= record->event == CNF_EV_EXIT;
		DL_DELETE(walk->trace->records, record);
		DL_APPEND(process->group->records, record);
	}
	DL_FOREACH(walk->living, process)
		process->orphan = false;
	DL_SORT(groups, group_compare);
	DL_FOREACH(groups, group)
		while (group->records) {
			record = group->records;
			DL_DELETE(group->records, record);
			DL_APPEND_ELEM(walk->trace->records, behind, record);
			behind = record;
		}
}

static void orphans_order(struct cnf_trace *trace)
{
	struct walk walk = {.trace = trace};
	struct cnf_record *record;

	DL_FOREACH(trace->records, record) {
		struct process *process;

		if (record->event == CNF_EV_START)
			process_start(&walk, record);
		if (record->event != CNF_EV_EXIT)
			continue;
		process = process_find(&walk, record->path, record->n);
		if (!process)
			continue;
		DL_DELETE(walk.living, process);
		HASH_DEL(walk.processes, process);
		if (process->sup)
			orphans_move(&walk, record);
	}
	HASH_CLEAR(hh, walk.processes);
	cnf_arena_fini(&walk.arena);
}

/* --- rule B --------------------------------------------------------------------------------------------- */

/* The pool that a record belongs to if it may be sorted; null otherwise. */
static const struct cnf_path *pool_of(struct cnf_trace *trace, const struct cnf_record *record)
{
	const struct cnf_path *pool;
	const char *slash;

	if (record->event == CNF_EV_SHUTDOWN_ERROR && record->count)
		return record->path;
	if (record->event != CNF_EV_EXIT)
		return NULL;
	slash = strrchr(record->path->text, '/');
	if (!slash)
		return NULL;
	pool = cnf_trace_path(trace, record->path->text, (size_t)(slash - record->path->text));
	return pool->pool ? pool : NULL;
}

/* By id, n and reason; then as they were. */
static int record_compare(const void *left, const void *right)
{
	const struct cnf_record *a = *(struct cnf_record *const *)left,
				*b = *(struct cnf_record *const *)right;
	int order = strcmp(a->path->text, b->path->text);

	if (order == 0)
		order = (a->n > b->n) - (a->n < b->n);
	if (order == 0)
		order = strcmp(a->reason, b->reason);
	return order ? order : (a->step > b->step) - (a->step < b->step);
}

/* Sorts `count` records from `first` on. */
static void run_sort(struct cnf_trace *trace, struct cnf_record *first, size_t count)
{
	struct cnf_record **run = malloc(count * sizeof(struct cnf_record *));
	struct cnf_record *behind = first->prev, *next = first;
	bool at_front = first == trace->records;

	if (!run)
		abort();
	for (size_t i = 0; i < count; i++) {
		run[i] = next;
		run[i]->step = i; /* not used by these events otherwise */
		next = next->next;
		DL_DELETE(trace->records, run[i]);
	}
	qsort(run, count, sizeof(*run), record_compare);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 && at_front)
			DL_PREPEND(trace->records, run[i]);
		else
			DL_APPEND_ELEM(trace->records, behind, run[i]);
		behind = run[i];
	}
	free(run);
}

static void pools_order(struct cnf_trace *trace)
{
	struct cnf_record *record = trace->records;

	while (record) {
		const struct cnf_path *pool = pool_of(trace, record);
		struct cnf_record *end = record->next;
		size_t count = 1;

		for (; pool && end && end->event == record->event && pool_of(trace, end) == pool;
		     end = end->next)
			count++;
		if (count > 1)
			run_sort(trace, record, count);
		record = end;
	}
}

void cnf_normal_order(struct cnf_trace *trace)
{
	orphans_order(trace);
	pools_order(trace);
}
