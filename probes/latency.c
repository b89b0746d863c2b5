/* latency.c - the view of waiting and handling times: latency.bpf.c's histograms.
 *
 * It hits three points for each message.  When a program sends so many that being looked at would slow it
 * down in earnest, the view lets go of it and says so. */
#include "bpf.h"

#if PRB_HAVE_BPF
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "latency.skel.h"

struct latency {
	struct latency_bpf *skeleton;
	size_t first_link, n_links; /* of its own */
	uint64_t hits, since;
};

/* In the order of the program's sites. */
static const char *const points[] = { "message_send", "dispatch_begin", "dispatch_end" };
#define POINTS (sizeof(points) / sizeof(points[0]))

static enum rt_status latency_open(struct prb_bpf *bpf, void **out, struct rt_error *error)
{
	struct latency *own = calloc(1, sizeof(*own));
	enum rt_status status;

	if (own == NULL)
		return rt_error_set(error, RT_ENOMEM, "no memory for a BPF program");
	*out = own;
	own->skeleton = latency_bpf__open();
	if (own->skeleton == NULL)
		return rt_error_set(error, RT_ENOMEM, "no memory for a BPF program");
	status = prb_bpf_sites(bpf, points, POINTS, (struct prb_site *)own->skeleton->rodata->sites, error);
	if (status != RT_OK)
		return status;
	prb_bpf_prepare(own->skeleton->obj);
	int code = latency_bpf__load(own->skeleton);

	if (code != 0)
		return prb_bpf_refused(code, "load BPF programs", error);
	own->first_link = bpf->n_links;
	own->since = prb_bpf_clock();
	status = prb_bpf_tie(bpf, own->skeleton->progs.at_point, points, POINTS, error);
	own->n_links = bpf->n_links - own->first_link;
	return status;
}

/* Runs of the process that have the same path are added up. */
static bool enter(void *ctx, const void *key, const void *value)
{
	struct prb_row *row = prb_bpf_row(ctx, key);
	const struct prb_waits *waits = value;

	if (row == NULL)
		return false;
	for (unsigned i = 0; i < PRB_SLOTS; i++) {
		row->handler[i] += waits->handler[i];
		row->queue[i] += waits->queue[i];
	}
	row->handled += waits->handled;
	row->handler_ns += waits->handler_ns;
	row->queued += waits->queued;
	row->queue_ns += waits->queue_ns;
	return true;
}

static void reset(struct prb_row *row)
{
	memset(row->handler, 0, sizeof(row->handler));
	memset(row->queue, 0, sizeof(row->queue));
	row->handled = row->handler_ns = row->queued = row->queue_ns = 0;
}

static enum rt_status latency_refresh(struct prb_bpf *bpf, void *ctx)
{
	const struct latency *own = ctx;
	struct prb_hits hits;
	enum rt_status status = prb_bpf_sum(own->skeleton->maps.hits, &hits, sizeof(hits));

	bpf->witness->tally.lost[PRB_UNCOUNTED] += hits.uncounted;
	bpf->witness->tally.lost[PRB_UNTIMED] += hits.untimed;
	if (status != RT_OK)
		return status;
	prb_book_change(&bpf->witness->book, reset);
	return prb_bpf_each(own->skeleton->maps.waits, enter, bpf);
}

static void latency_poll(struct prb_bpf *bpf, void *ctx)
{
	struct prb_witness *witness = bpf->witness;
	uint64_t now = prb_bpf_clock(), most = bpf->config.hits_max;
	struct latency *own = ctx;
	struct prb_hits hits;

	if (most == 0 || own->n_links == 0 || now - own->since < 100000000 ||
	    prb_bpf_sum(own->skeleton->maps.hits, &hits, sizeof(hits)) != RT_OK)
		return;
	if ((hits.all - own->hits) * 1000 / ((now - own->since) / 1000000) > most) {
		prb_bpf_let_go(bpf, own->first_link, own->n_links);
		own->n_links = 0;
		witness->views &= ~PRB_BIT(PRB_LATENCY);
		prb_witness_tell(witness,
				 "latencies are no longer measured: more than %" PRIu64
				 " probe hits a second slow the program down",
				 most);
	}
	own->hits = hits.all;
	own->since = now;
}

static void latency_clear(struct prb_bpf *bpf, void *ctx)
{
	struct latency *own = ctx;

	(void)bpf;
	prb_bpf_empty(own->skeleton->maps.waits);
	prb_bpf_empty(own->skeleton->maps.sent);
	prb_bpf_zero(own->skeleton->maps.hits);
	own->hits = 0;
}

static void latency_close(struct prb_bpf *bpf, void *ctx)
{
	struct latency *own = ctx;

	(void)bpf;
	latency_bpf__destroy(own->skeleton);
	free(own);
}

const struct prb_bpf_view prb_bpf_latency = {
	.view = PRB_LATENCY,
	.by_place = true,
	.open = latency_open,
	.refresh = latency_refresh,
	.poll = latency_poll,
	.clear = latency_clear,
	.close = latency_close,
};
#endif
