/* latency.c - the view of waiting and handling times: latency.bpf.c's histograms.
 *
 * It hits three points for each message.  When a program sends so many that being looked at would slow it
 * down in earnest, the view lets go of it and says so. */
#include "bpf.h"

#include "config.h"

#if TREEFALL_HAVE_BPF_TOOLCHAIN && TREEFALL_HAVE_LIBBPF && TREEFALL_HAVE_SDT
#include <stdio.h>
#include <stdlib.h>

#include "latency.skel.h"

/* Hits in a second that a program is made to bear: about a fifth of one processor. */
#define HITS_MAX 200000

struct latency {
	struct latency_bpf *skeleton;
	size_t first_link; /* of its own; other views tied theirs before */
	uint64_t hits, since;
	bool tripped;
};

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
	for (unsigned i = 0; i < POINTS; i++) {
		struct prb_site site;

		status = prb_bpf_site(bpf, points[i], &site, error);
		if (status != RT_OK)
			return status;
		*(struct prb_site *)&own->skeleton->rodata->sites[i] = site;
	}
	prb_bpf_prepare(own->skeleton->obj);
	int code = latency_bpf__load(own->skeleton);

	if (code != 0)
		return prb_bpf_refused(code, "load BPF programs", error);
	const struct bpf_program *const programs[POINTS] = {
		own->skeleton->progs.message_send,
		own->skeleton->progs.dispatch_begin,
		own->skeleton->progs.dispatch_end,
	};

	own->first_link = bpf->n_links;
	own->since = prb_bpf_clock();
	for (unsigned i = 0; i < POINTS; i++) {
		status = prb_bpf_tie(bpf, programs[i], points[i], error);
		if (status != RT_OK)
			return status;
	}
	return RT_OK;
}

static bool enter(void *ctx, const void *key, const void *value)
{
	struct prb_row *row = prb_bpf_row(ctx, key);
	const struct prb_waits *waits = value;

	if (row == NULL)
		return true; /* whose path is gone has no row */
	for (unsigned i = 0; i < PRB_SLOTS; i++) {
		row->handler[i] = waits->handler[i];
		row->queue[i] = waits->queue[i];
	}
	row->handled = waits->handled;
	row->handler_ns = waits->handler_ns;
	row->queued = waits->queued;
	row->queue_ns = waits->queue_ns;
	return true;
}

static enum rt_status latency_refresh(struct prb_bpf *bpf, void *ctx)
{
	const struct latency *own = ctx;

	return prb_bpf_each(own->skeleton->maps.waits, enter, bpf);
}

static void latency_poll(struct prb_bpf *bpf, void *ctx)
{
	struct latency *own = ctx;
	uint64_t now = prb_bpf_clock(), hits;

	if (own->tripped || now - own->since < 100000000 ||
	    prb_bpf_sum(own->skeleton->maps.hits, &hits, 1) != RT_OK)
		return;
	if ((hits - own->hits) * 1000 / ((now - own->since) / 1000000) > HITS_MAX) {
		own->tripped = true;
		for (size_t i = own->first_link; i < own->first_link + POINTS; i++)
			prb_bpf_let_go(bpf, i);
		bpf->witness->views &= ~PRB_BIT(PRB_LATENCY);
		snprintf(bpf->witness->note, sizeof(bpf->witness->note),
			 "latencies are no longer measured: more than %d probe hits a second would slow the "
			 "program down",
			 HITS_MAX);
	}
	own->hits = hits;
	own->since = now;
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
	.open = latency_open,
	.refresh = latency_refresh,
	.poll = latency_poll,
	.close = latency_close,
};
#endif
