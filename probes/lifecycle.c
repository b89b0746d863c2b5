/* lifecycle.c - the view of starts, exits and restarts: lifecycle.bpf.c's events and counts. */
#include "bpf.h"

#include "config.h"

#if TREEFALL_HAVE_BPF_TOOLCHAIN && TREEFALL_HAVE_LIBBPF && TREEFALL_HAVE_SDT
#include "lifecycle.skel.h"

static const char *const points[PRB_KINDS] = {
	[PRB_START] = "actor_start", [PRB_EXIT] = "actor_exit",   [PRB_RESTART] = "restart",
	[PRB_GIVE_UP] = "give_up",   [PRB_FAULT] = "fault_fired",
};

static int take(void *ctx, void *data, size_t size)
{
	struct prb_bpf *bpf = ctx;

	if (size >= sizeof(struct prb_event))
		prb_witness_event(bpf->witness, data);
	return 0;
}

static enum rt_status lifecycle_open(struct prb_bpf *bpf, void **own, struct rt_error *error)
{
	struct lifecycle_bpf *skeleton = lifecycle_bpf__open();
	enum rt_status status;

	if (skeleton == NULL)
		return rt_error_set(error, RT_ENOMEM, "no memory for a BPF program");
	*own = skeleton;
	skeleton->rodata->limit = bpf->config.limit;
	for (unsigned i = 0; i < PRB_KINDS; i++) {
		struct prb_site site;

		status = prb_bpf_site(bpf, points[i], &site, error);
		if (status != RT_OK)
			return status;
		*(struct prb_site *)&skeleton->rodata->sites[i] = site;
	}
	prb_bpf_prepare(skeleton->obj);
	int code = lifecycle_bpf__load(skeleton);

	if (code != 0)
		return prb_bpf_refused(code, "load BPF programs", error);
	bpf->names = skeleton->maps.names;
	status = prb_bpf_ring(bpf, skeleton->maps.ring, take, bpf);
	if (status != RT_OK)
		return rt_error_set(error, status, "no memory for a ring buffer");
	const struct bpf_program *const programs[PRB_KINDS] = {
		[PRB_START] = skeleton->progs.actor_start, [PRB_EXIT] = skeleton->progs.actor_exit,
		[PRB_RESTART] = skeleton->progs.restart,   [PRB_GIVE_UP] = skeleton->progs.give_up,
		[PRB_FAULT] = skeleton->progs.fault_fired,
	};

	for (unsigned i = 0; i < PRB_KINDS && status == RT_OK; i++)
		status = prb_bpf_tie(bpf, programs[i], points[i], error);
	return status;
}

static bool enter(void *ctx, const void *key, const void *value)
{
	struct prb_bpf *bpf = ctx;
	const struct prb_key *k = key;
	struct prb_row *row = prb_book_row(&bpf->witness->book, k->pid, k->path);

	if (row == NULL)
		return false;
	row->counts = *(const struct prb_counts *)value;
	return true;
}

static enum rt_status lifecycle_refresh(struct prb_bpf *bpf, void *own)
{
	const struct lifecycle_bpf *skeleton = own;
	enum rt_status status = prb_bpf_sum(skeleton->maps.losses, (uint64_t *)&bpf->witness->losses,
					    sizeof(bpf->witness->losses) / sizeof(uint64_t));

	return status == RT_OK ? prb_bpf_each(skeleton->maps.paths, enter, bpf) : status;
}

static void lifecycle_close(struct prb_bpf *bpf, void *own)
{
	bpf->names = NULL;
	lifecycle_bpf__destroy(own);
}

const struct prb_bpf_view prb_bpf_lifecycle = {
	.view = PRB_LIFECYCLE,
	.open = lifecycle_open,
	.refresh = lifecycle_refresh,
	.close = lifecycle_close,
};
#endif
