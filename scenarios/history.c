/* history.c - a ring of records.
 *
 * The runtime numbers events from 1 without gaps and the history sees them all, so the record of an event is
 * found by its number: slot (seq - 1) modulo the size.
 */
#include "history.h"

#include "arena.h"
#include "path.h"

#include <assert.h>
#include <string.h>

#define CAPACITY_MIN 1024u
/* A text is that of a name, or, from here on, of an action of the method by its number. */
#define TEXT_OF_METHOD 0x80000000u

struct record {
	rt_time t;
	uint64_t cause, origin;
	uint32_t path, other, reason, text;
	uint32_t incarnation, a, b, period_s;
	uint16_t kind;
	uint8_t type, detail;
	uint8_t has_flags, strategy;
};

struct scn_history {
	struct scn_names *names;
	const struct scn_scenario *scenario;
	struct record *ring;
	size_t capacity, max;
	size_t next; /* where the next one goes */
	uint64_t last;
	uint64_t stop; /* the last event before the final stop; 0: not yet */
};

enum rt_status scn_history_new(struct scn_names *names, const struct scn_scenario *scenario, size_t max,
			       struct scn_history **out)
{
	struct scn_history *history = scn_mem_alloc(sizeof(*history));
	if (!history)
		return RT_ENOMEM;
	memset(history, 0, sizeof(*history));
	scn_history_renew(history, names, scenario, max);
	*out = history;
	return RT_OK;
}

void scn_history_renew(struct scn_history *history, struct scn_names *names,
		       const struct scn_scenario *scenario, size_t max)
{
	struct scn_history again = {
		.names = names,
		.scenario = scenario,
		.ring = history->ring,
		.capacity = history->capacity,
		.max = max ? max : SCN_HISTORY_DEFAULT,
	};

	if (again.capacity > again.max) {
		scn_mem_free(again.ring);
		again.ring = NULL;
		again.capacity = 0;
	}
	*history = again;
}

void scn_history_free(struct scn_history *history)
{
	if (!history)
		return;
	scn_mem_free(history->ring);
	scn_mem_free(history);
}

/* Slots keep their numbers while the ring grows, because it has never wrapped before it is at its maximum. */
static __attribute__((noinline)) bool grow(struct scn_history *history)
{
	size_t capacity = history->capacity ? history->capacity * 2 : CAPACITY_MIN;
	if (capacity > history->max)
		capacity = history->max;
	struct record *ring = scn_mem_resize(history->ring, capacity * sizeof(*ring));
	if (!ring)
		return false;
	history->ring = ring;
	history->capacity = capacity;
	return true;
}

static bool keep_text(struct scn_history *history, const char *text, uint32_t *index)
{
	size_t length = strlen(text);

	/* Longer answers are cut; the journal has them whole. */
	if (length > SCN_HISTORY_TEXT_MAX) {
		length = SCN_HISTORY_TEXT_MAX;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	struct scn_name *name = scn_names_text(history->names, text, length);
	if (!name)
		return false;
	*index = name->index;
	return true;
}

static inline void put(struct scn_history *history, const struct scn_seen *seen, uint32_t text)
{
	const struct rt_event *event = seen->event;

	history->ring[history->next] = (struct record){
		.t = event->t,
		.cause = event->cause,
		.origin = event->origin,
		.path = seen->path->index,
		.other = seen->other->index,
		.reason = seen->reason->index,
		.text = text,
		.incarnation = event->incarnation,
		.a = event->a,
		.b = event->b,
		.kind = event->kind,
		.type = event->type,
		.detail = event->detail,
		.has_flags = seen->has_flags,
		.strategy = seen->strategy,
		.period_s = seen->period_s,
	};
	history->last = event->seq;
	if (++history->next == history->max)
		history->next = 0;
}

static __attribute__((noinline)) enum rt_status add_with_text(struct scn_history *history,
							      const struct scn_seen *seen)
{
	uint32_t text;

	if (seen->of_method)
		text = TEXT_OF_METHOD | (uint32_t)(seen->of_method - 1);
	else if (!keep_text(history, seen->text, &text))
		return RT_ENOMEM;
	put(history, seen, text);
	return RT_OK;
}

enum rt_status scn_history_add(struct scn_history *history, const struct scn_seen *seen)
{
	assert(seen->event->seq == history->last + 1);
	if (history->next == history->capacity && !grow(history))
		return RT_ENOMEM;
	if (seen->text)
		return add_with_text(history, seen);
	put(history, seen, 0);
	return RT_OK;
}

uint64_t scn_history_first(const struct scn_history *history)
{
	return history->last > history->capacity ? history->last - history->capacity + 1 : 1;
}

uint64_t scn_history_last(const struct scn_history *history)
{
	return history->last;
}

void scn_history_stop(struct scn_history *history)
{
	history->stop = history->last;
}

static const struct record *find(const struct scn_history *history, uint64_t seq)
{
	if (seq < scn_history_first(history) || seq > history->last)
		return NULL;
	return &history->ring[(seq - 1) % history->capacity];
}

static const char *text_of(const struct scn_history *history, uint32_t text)
{
	if (text & TEXT_OF_METHOD)
		return history->scenario->fired[text & ~TEXT_OF_METHOD];
	return scn_names_at(history->names, text)->text;
}

bool scn_history_get(const struct scn_history *history, uint64_t seq, struct scn_event *out)
{
	const struct record *record = find(history, seq);
	if (!record)
		return false;
	*out = (struct scn_event){
		.seq = seq,
		.cause = record->cause,
		.origin = record->origin,
		.t = record->t,
		.kind = record->kind,
		.incarnation = record->incarnation,
		.type = record->type,
		.detail = record->detail,
		.a = record->a,
		.b = record->b,
		.path = scn_names_at(history->names, record->path)->text,
		.other = scn_names_at(history->names, record->other)->text,
		.reason = scn_names_at(history->names, record->reason)->text,
		.text = text_of(history, record->text),
	};
	return true;
}

struct scn_flags scn_history_flags(const struct scn_history *history, uint64_t seq)
{
	const struct record *record = find(history, seq);
	if (!record || !record->has_flags)
		return (struct scn_flags){ .known = false };
	return (struct scn_flags){ .known = true,
				   .strategy = record->strategy,
				   .period_s = record->period_s };
}

/* The latest event about the path decides: an end (of a supervisor that gave up: the report of that, which
 * says more), a start after an end, a failed start.  A first start by itself is nothing that happened to it;
 * but a dynamic child that was removed and comes back under its old key counts its starts from 1 again. */
uint64_t scn_history_about(const struct scn_history *history, const char *path)
{
	const struct scn_name *name = scn_names_find(history->names, path);
	uint64_t started = 0, ended = 0, last = history->stop ? history->stop : history->last;

	for (uint64_t seq = name ? last : 0; seq > 0 && seq >= scn_history_first(history); seq--) {
		const struct record *record = find(history, seq);
		if (record->path != name->index)
			continue;
		switch (record->kind) {
		case RT_EV_START:
			if (ended || record->incarnation > 1)
				return ended ? ended : seq;
			if (!started)
				started = seq;
			break;
		case RT_EV_EXIT:
			if (started)
				return started;
			if (!ended)
				ended = seq;
			break;
		case RT_EV_GIVE_UP:
		case RT_EV_AUTO_SHUTDOWN:
			return seq;
		case RT_EV_START_FAILED:
		case RT_EV_START_ERROR:
		case RT_EV_SUSPEND:
		case RT_EV_RESUME:
			if (started || ended)
				return started ? started : ended;
			return seq;
		default:
			break;
		}
	}
	return ended;
}

static bool is_at_or_below(const char *path, const char *above)
{
	size_t length = strlen(above);
	return strncmp(path, above, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

uint64_t scn_history_request(const struct scn_history *history, const char *path, unsigned outcomes)
{
	uint64_t last = history->stop ? history->stop : history->last;

	for (uint64_t seq = scn_history_first(history); outcomes != 0 && seq <= last; seq++) {
		const struct record *record = find(history, seq);
		if (record->kind != RT_EV_REQUEST ||
		    !is_at_or_below(scn_names_at(history->names, record->path)->text, path))
			continue;
		const char *end = scn_names_at(history->names, record->reason)->text;
		for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++) {
			if (outcomes & 1u << i && strcmp(end, rt_outcome_word((enum rt_outcome)i)) == 0)
				return seq;
		}
	}
	return 0;
}

/* --- the specification of a path ----------------------------------------------------------------------- */

static bool is_component(const char *id, const char *component, size_t length)
{
	char escaped[SCN_ID_SIZE];

	return scn_id_escape(id, escaped, sizeof(escaped)) == length &&
	       memcmp(escaped, component, length) == 0;
}

const struct rt_child *scn_history_child(const struct scn_history *history, const char *path)
{
	const struct rt_child *child = &history->scenario->root;
	size_t length = strcspn(path, "/");

	if (!is_component(child->id, path, length))
		return NULL;
	while (path[length] == '/') {
		path += length + 1;
		length = strcspn(path, "/");
		const struct rt_child *below = NULL;
		if (child->supervisor && child->strategy == RT_SIMPLE_ONE_FOR_ONE && child->n_children == 1)
			below = &child->children[0];
		for (uint32_t i = 0; i < child->n_children && !below; i++) {
			if (is_component(child->children[i].id, path, length))
				below = &child->children[i];
		}
		if (!below)
			return NULL;
		child = below;
	}
	return child;
}
