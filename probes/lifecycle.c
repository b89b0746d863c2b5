/* lifecycle.c - the view of starts, exits and restarts: lifecycle.bpf.c's events and counts. */
#include "bpf.h"

#if PRB_HAVE_BPF
#include <inttypes.h>
#include <string.h>

#include "lifecycle.skel.h"

/* By enum prb_kind, which is the program's cookie. */
static const char *const points[PRB_KINDS] = {
	[PRB_START] = "actor_start", [PRB_EXIT] = "actor_exit",   [PRB_RESTART] = "restart",
	[PRB_GIVE_UP] = "give_up",   [PRB_FAULT] = "fault_fired",
};

static int take(void *ctx, void *data, size_t size)
{
	struct prb_bpf *bpf = ctx;
	struct prb_event event = { 0 };

	memcpy(&event, data, size < sizeof(event) ? size : sizeof(event));
	prb_witness_event(bpf->witness, &event);
	return 0;
}

static enum rt_status lifecycle_open(struct prb_bpf *bpf, void **own, struct rt_error *error)
{
	struct lifecycle_bpf *skeleton = lifecycle_bpf__open();
	enum rt_status status;

	if (skeleton == NULL)
		return rt_error_set(error, RT_ENOMEM, "no memory for a BPF program");
	*own = skeleton;
	skeleton->rodata->limit = bpf->config.events_max;
	skeleton->rodata->silent = bpf->config.silent;
	status = prb_bpf_sites(bpf, points, PRB_KINDS, (struct prb_site *)skeleton->rodata->sites, error);
	if (status != RT_OK)
		return status;
	prb_bpf_prepare(skeleton->obj);
	int code = lifecycle_bpf__load(skeleton);

	if (code != 0)
		return prb_bpf_refused(code, "load BPF programs", error);
	bpf->named = skeleton->maps.names;
	status = prb_bpf_ring(bpf, skeleton->maps.ring, take, bpf);
	if (status != RT_OK)
		return rt_error_set(error, status, "no memory for a ring buffer");
	/* For the sake of names starts are enough. */
	bool asked = (bpf->config.views & PRB_BIT(PRB_LIFECYCLE)) != 0;

	return prb_bpf_tie(bpf, skeleton->progs.at_point, points, asked ? PRB_KINDS : PRB_START + 1, error);
}

static bool enter(void *ctx, const void *key, const void *value)
{
	struct prb_bpf *bpf = ctx;
	const struct prb_path *path = key;
	struct prb_row *row = prb_book_row(&bpf->witness->book, path->text);

	if (row == NULL)
		return false;
	row->counts = *(const struct prb_counts *)value;
	return true;
}

static enum rt_status lifecycle_refresh(struct prb_bpf *bpf, void *own)
{
	const struct lifecycle_bpf *skeleton = own;
	struct prb_tally *tally = &bpf->witness->tally;
	struct prb_passage passage;
	enum rt_status status = prb_bpf_sum(skeleton->maps.passage, &passage, sizeof(passage));

	if (status != RT_OK)
		return status;
	for (unsigned i = 0; i < PRB_KINDS; i++)
		tally->seen[i] += passage.seen[i];
	tally->lost[PRB_DROPPED] += passage.dropped;
	tally->lost[PRB_LIMITED] += passage.limited;
	tally->lost[PRB_UNCOUNTED] += passage.uncounted;
	return prb_bpf_each(skeleton->maps.paths, enter, bpf);
}

static void lifecycle_poll(struct prb_bpf *bpf, void *own)
{
	const struct lifecycle_bpf *skeleton = own;
	struct prb_passage passage;

	if (bpf->config.events_max == 0 || bpf->limited ||
	    prb_bpf_sum(skeleton->maps.passage, &passage, sizeof(passage)) != RT_OK || passage.limited == 0)
		return;
	bpf->limited = true;
	prb_witness_tell(bpf->witness,
			 "more than %" PRIu64
			 " events a second on one processor: those beyond are counted, not "
			 "told one by one",
			 bpf->config.events_max);
}

static void lifecycle_clear(struct prb_bpf *bpf, void *own)
{
	const struct lifecycle_bpf *skeleton = own;

	(void)bpf;
	prb_bpf_empty(skeleton->maps.paths);
	prb_bpf_empty(skeleton->maps.names);
	prb_bpf_zero(skeleton->maps.passage);
}

static void lifecycle_close(struct prb_bpf *bpf, void *own)
{
	bpf->named = NULL;
	lifecycle_bpf__destroy(own);
}

const struct prb_bpf_view prb_bpf_lifecycle = {
	.view = PRB_LIFECYCLE,
	.open = lifecycle_open,
	.refresh = lifecycle_refresh,
	.poll = lifecycle_poll,
	.clear = lifecycle_clear,
	.close = lifecycle_close,
};
#endif
