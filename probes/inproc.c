/* inproc.c - the witness that listens to the events of a runtime in this process.
 *
 * It needs no rights, and knows virtual time only.  What the kernel alone can know it leaves at zero and out
 * of its views. */
#include "backend.h"

#include <stdlib.h>
#include <string.h>

struct inproc {
	struct rt *rt;
	unsigned fault; /* the kind of event that says that one fired: it comes from above the runtime */
};

static unsigned slot_of(uint64_t value)
{
	unsigned slot = value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);

	return slot < PRB_SLOTS ? slot : PRB_SLOTS - 1;
}

/* Virtual time, as everything here: `ended_at` is one more than the time, so that 0 is nobody's. */
static void count(struct prb_counts *counts, enum prb_kind kind, rt_time t)
{
	switch (kind) {
	case PRB_START:
		counts->starts++;
		if (counts->ended_at != 0) {
			uint64_t took = (uint64_t)t + 1 - counts->ended_at;

			counts->ended_at = 0;
			counts->latency[slot_of(took)]++;
			counts->latency_sum += took;
		}
		break;
	case PRB_EXIT:
		counts->exits++;
		counts->ended_at = (uint64_t)t + 1;
		break;
	case PRB_RESTART:
		counts->restarts++;
		break;
	case PRB_GIVE_UP:
		counts->give_ups++;
		break;
	case PRB_FAULT:
		counts->faults++;
		break;
	default:
		break;
	}
}

static bool kind_of(const struct inproc *own, const struct rt_event *event, enum prb_kind *kind)
{
	if (own->fault != RT_EV_NONE && event->kind == own->fault) {
		*kind = PRB_FAULT;
		return true;
	}
	switch (event->kind) {
	case RT_EV_START:
		*kind = PRB_START;
		return true;
	case RT_EV_EXIT:
		*kind = PRB_EXIT;
		return true;
	case RT_EV_RESTART:
		*kind = PRB_RESTART;
		return true;
	case RT_EV_GIVE_UP:
		*kind = PRB_GIVE_UP;
		return true;
	default:
		return false;
	}
}

static void see(void *ctx, const struct rt_event *seen, const void *ext)
{
	struct prb_witness *witness = ctx;
	const struct inproc *own = witness->own;
	struct rt *rt = own->rt;
	char number[RT_ATOM_BUF];
	struct prb_event event = { .t = seen->t };
	enum prb_kind kind;

	(void)ext;
	if (!kind_of(own, seen, &kind))
		return;
	witness->tally.seen[kind]++;
	if (seen->place == 0)
		return; /* what is healed everywhere is healed nowhere in particular */
	rt_path_text(rt, seen->place, event.path.text, sizeof(event.path.text));
	struct prb_row *row = prb_book_row(&witness->book, event.path.text);

	if (row == NULL)
		witness->tally.lost[PRB_UNCOUNTED]++;
	else
		count(&row->counts, kind, seen->t);
	event.kind = kind;
	if (kind == PRB_START || kind == PRB_EXIT) {
		event.a = seen->incarnation;
	} else if (kind != PRB_FAULT) {
		event.a = seen->a;
		event.b = seen->b;
	}
	if (kind == PRB_EXIT)
		strncat(event.reason, rt_atom_text(rt, seen->reason, number), sizeof(event.reason) - 1);
	prb_witness_event(witness, &event);
}

static enum rt_status inproc_open(struct prb_witness *witness, const struct prb_config *config,
				  struct rt_error *error)
{
	if (config->rt == NULL)
		return rt_error_set(error, RT_EIO, "another process can be looked at with bpf only");
	struct inproc *own = calloc(1, sizeof(*own));

	if (own == NULL || rt_observe(config->rt, see, witness) != RT_OK) {
		free(own);
		return rt_error_set(error, RT_ENOMEM, "no memory for a witness");
	}
	own->rt = config->rt;
	own->fault = config->fault;
	witness->own = own;
	return RT_OK;
}

static enum rt_status inproc_poll(struct prb_witness *witness, int timeout_ms)
{
	(void)witness, (void)timeout_ms; /* nothing ever waits */
	return RT_OK;
}

static enum rt_status inproc_refresh(struct prb_witness *witness)
{
	return witness->tally.lost[PRB_UNCOUNTED] == 0 ? RT_OK : RT_ENOMEM;
}

static void inproc_close(struct prb_witness *witness)
{
	struct inproc *own = witness->own;

	rt_unobserve(own->rt, see, witness);
	free(own);
}

const struct prb_backend prb_backend_inproc = {
	.name = "inproc",
	.help = "counts the events of a runtime in this process, in virtual time; needs no rights",
	.clock = "the time of the run",
	.views = PRB_BIT(PRB_LIFECYCLE),
	.open = inproc_open,
	.poll = inproc_poll,
	.refresh = inproc_refresh,
	.close = inproc_close,
};
