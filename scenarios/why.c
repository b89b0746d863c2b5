/* why.c - a causal chain, told event by event.
 *
 * Every event names the one that led to it, so the chain is followed backwards and told forwards.  Three
 * things are added to it: before a start, how the process before it came to its end; where a supervisor gave
 * up, the restarts that had used up its intensity; and the fault of a worker that shows only when somebody
 * asks something of it.
 */
#include "tell.h"

#include "arena.h"

#include <stdlib.h>
#include <string.h>

/* Of a longer chain the middle is left out. */
#define TOLD_MAX  40u
#define TOLD_ENDS 16u
/* Processes that were stopped in the end. */
#define LISTED_MAX 12u

struct chain {
	uint64_t *seq;
	size_t count, size;
	bool failed;
	bool forgotten; /* it leads back to before what the history has */
};

static void push(struct chain *chain, uint64_t seq)
{
	if (chain->failed)
		return;
	uint64_t *more = scn_mem_grow(chain->seq, &chain->size, chain->count, sizeof(*more));
	if (!more) {
		chain->failed = true;
		return;
	}
	chain->seq = more;
	chain->seq[chain->count++] = seq;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Is it one of the first `known`, which run from the latest back? */
static bool is_known(const struct chain *chain, size_t known, uint64_t seq)
{
	size_t low = 0, high = known;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (chain->seq[middle] == seq)
			return true;
		if (chain->seq[middle] > seq)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Push the chain that led to `seq`, as far as it is not known already. */
static void follow(struct chain *chain, const struct scn_history *history, uint64_t seq, size_t known)
{
	struct scn_event event;

	for (; seq != 0 && !is_known(chain, known, seq); seq = event.cause) {
		if (!scn_history_get(history, seq, &event)) {
			chain->forgotten = true;
			return;
		}
		push(chain, seq);
	}
}

static void sort(struct chain *chain)
{
	size_t kept = 0;

	if (chain->count > 0)
		qsort(chain->seq, chain->count, sizeof(*chain->seq), compare);
	for (size_t i = 0; i < chain->count; i++) {
		if (i == 0 || chain->seq[i] != chain->seq[kept - 1])
			chain->seq[kept++] = chain->seq[i];
	}
	chain->count = kept;
}

/* The end of the process that ran there before. */
static uint64_t end_before(const struct scn_history *history, const struct scn_event *start)
{
	struct scn_event event;

	for (uint64_t seq = start->seq - 1; seq > 0 && scn_history_get(history, seq, &event); seq--) {
		if (strcmp(event.path, start->path) != 0)
			continue;
		if (event.kind == RT_EV_EXIT)
			return seq;
		if (event.kind == RT_EV_START)
			break;
	}
	return 0;
}

/* The restarts that count in the window of a give-up, apart from the one that was refused; `chain` may be
 * null.  Returns when the first of them was, -1 if that is not known. */
static rt_time add_filled(struct chain *chain, const struct scn_history *history,
			  const struct scn_event *give_up)
{
	struct scn_event event;
	uint32_t wanted = give_up->a > 0 ? give_up->a - 1 : 0;
	rt_time since = -1;

	for (uint64_t seq = give_up->seq - 1; wanted > 0 && scn_history_get(history, seq, &event); seq--) {
		if (event.kind == RT_EV_START && strcmp(event.path, give_up->path) == 0)
			break;
		if (event.kind == RT_EV_RESTART && strcmp(event.other, give_up->path) == 0) {
			if (chain)
				push(chain, seq);
			since = event.t;
			wanted--;
		}
	}
	return since;
}

/* Is this what such a fault leads to in the end?  Its own cause is then the message that brought it to light,
 * or the asker's own clock. */
static bool shows(const struct scn_event *event, const char *fault)
{
	const char *word = "";

	if (event->kind == RT_EV_EXIT)
		word = strcmp(event->reason, "bad_state") == 0 ? "corrupt_state" : "";
	else if (event->kind == RT_EV_REQUEST && strcmp(event->reason, rt_outcome_word(RT_WRONG)) == 0)
		word = "corrupt_state";
	else if (event->kind == RT_EV_REQUEST && strcmp(event->reason, rt_outcome_word(RT_LOST)) == 0)
		word = strncmp(fault, "slow", 4) == 0 ? "slow" : "hang";
	size_t length = strlen(word);
	return length > 0 && strncmp(fault, word, length) == 0 &&
	       (fault[length] == '\0' || fault[length] == ' ');
}

/* The latest fault of the process at that path that shows in this event, if it was not healed before; 0:
 * none, or the event has a cause at the same path, which says more. */
static uint64_t fault_behind(const struct scn_history *history, const struct scn_event *shown)
{
	struct scn_event event;

	if (shown->kind != RT_EV_EXIT && shown->kind != RT_EV_REQUEST)
		return 0;
	if (scn_history_get(history, shown->cause, &event) && event.kind != RT_EV_START &&
	    event.kind != RT_EV_ISOLATED && strcmp(event.path, shown->path) == 0)
		return 0;
	for (uint64_t seq = shown->seq - 1; seq > 0 && scn_history_get(history, seq, &event); seq--) {
		if (strcmp(event.path, shown->path) != 0)
			continue;
		if (event.kind == INJ_EV_FIRED && shows(shown, event.text))
			return seq;
		if (event.kind == RT_EV_START || (event.kind == INJ_EV_HEALED && shows(shown, event.text)))
			break;
	}
	return 0;
}

/* --- giving up ----------------------------------------------------------------------------------------- */

static bool is_below(const char *path, const char *above)
{
	size_t length = strlen(above);
	return strncmp(path, above, length) == 0 && path[length] == '/';
}

/* Who ended because the supervisor did, and its own end. */
static void tell_stopped(struct scn_teller *teller, const struct scn_event *give_up)
{
	struct scn_event event;
	uint64_t told = 0, more = 0, last = scn_history_last(teller->history);

	for (uint64_t seq = give_up->seq + 1; seq <= last && scn_history_get(teller->history, seq, &event);
	     seq++) {
		bool own = strcmp(event.path, give_up->path) == 0;
		if (event.kind != RT_EV_EXIT || !(own || is_below(event.path, give_up->path)))
			continue;
		if (own && more > 0)
			scn_tell_left_out(teller, more, "more below it were stopped");
		if (own || told < LISTED_MAX) {
			scn_tell(teller, &event);
			told++;
		} else {
			more++;
		}
		if (own)
			break;
	}
}

/* --- the chain ----------------------------------------------------------------------------------------- */

enum rt_status scn_why(const struct scn_history *history, uint64_t seq, struct scn_sink sink)
{
	struct scn_teller teller = { .history = history, .sink = sink };
	struct chain chain = { .seq = NULL };
	struct scn_event event;

	if (!scn_history_get(history, seq, &event))
		return RT_ENOENT;
	follow(&chain, history, seq, 0);
	for (size_t i = 0, known = chain.count; i < known; i++) {
		if (!scn_history_get(history, chain.seq[i], &event))
			continue;
		if (event.kind == RT_EV_START && event.incarnation > 1)
			follow(&chain, history, end_before(history, &event), known);
		if (event.kind == RT_EV_GIVE_UP)
			(void)add_filled(&chain, history, &event);
		follow(&chain, history, fault_behind(history, &event), known);
	}
	sort(&chain);
	teller.line.failed = chain.failed;
	if (chain.forgotten && !chain.failed) {
		scn_tell_aside(&teller, "what led to this is no longer remembered");
	}
	for (size_t i = 0; i < chain.count && !teller.line.failed; i++) {
		if (chain.count > TOLD_MAX && i == TOLD_ENDS) {
			size_t cut = chain.count - 2 * TOLD_ENDS;
			scn_tell_left_out(&teller, cut, "events in between are left out");
			i += cut;
		}
		if (!scn_history_get(history, chain.seq[i], &event))
			continue;
		if (i + 1 == chain.count || !scn_history_get(history, chain.seq[i + 1], &teller.after))
			teller.after.kind = RT_EV_NONE;
		teller.since = event.kind == RT_EV_GIVE_UP ? add_filled(NULL, history, &event) : -1;
		scn_tell(&teller, &event);
		if (event.kind == RT_EV_GIVE_UP && i + 1 == chain.count)
			tell_stopped(&teller, &event);
	}
	enum rt_status status = teller.line.failed ? RT_ENOMEM : teller.sink_failed ? RT_EIO : RT_OK;
	scn_text_fini(&teller.line);
	scn_mem_free(chain.seq);
	return status;
}
