/* processes.c - the view of the processes that isolated workers run in. */
#include "bpf.h"

#if PRB_HAVE_BPF
#include "processes.skel.h"

static int take(void *ctx, void *data, size_t size)
{
	const struct prb_bpf *bpf = ctx;
	const struct prb_witness *witness = bpf->witness;

	if (size >= sizeof(struct prb_process) && witness->process_listener != NULL)
		witness->process_listener(witness->process_ctx, data);
	return 0;
}

static enum rt_status processes_open(struct prb_bpf *bpf, void **own, struct rt_error *error)
{
	struct processes_bpf *skeleton = processes_bpf__open();
	enum rt_status status;

	if (skeleton == NULL)
		return rt_error_set(error, RT_ENOMEM, "no memory for a BPF program");
	*own = skeleton;
	*(struct prb_target *)&skeleton->rodata->target = bpf->target;
	int code = processes_bpf__load(skeleton);

	if (code != 0)
		return prb_bpf_refused(code, "load BPF programs", error);
	status = prb_bpf_ring(bpf, skeleton->maps.ring, take, bpf);
	if (status != RT_OK)
		return rt_error_set(error, status, "no memory for a ring buffer");
	status = prb_bpf_trace(bpf, skeleton->progs.process_fork, error);
	if (status == RT_OK)
		status = prb_bpf_trace(bpf, skeleton->progs.process_exec, error);
	if (status == RT_OK)
		status = prb_bpf_trace(bpf, skeleton->progs.process_exit, error);
	return status;
}

static enum rt_status processes_refresh(struct prb_bpf *bpf, void *own)
{
	const struct processes_bpf *skeleton = own;
	uint64_t dropped;
	enum rt_status status = prb_bpf_sum(skeleton->maps.dropped, &dropped, sizeof(dropped));

	bpf->witness->tally.lost[PRB_DROPPED] += dropped;
	return status;
}

static void processes_clear(struct prb_bpf *bpf, void *own)
{
	const struct processes_bpf *skeleton = own;

	(void)bpf;
	prb_bpf_zero(skeleton->maps.dropped);
}

static void processes_close(struct prb_bpf *bpf, void *own)
{
	(void)bpf;
	processes_bpf__destroy(own);
}

const struct prb_bpf_view prb_bpf_processes = {
	.view = PRB_PROCESSES,
	.open = processes_open,
	.refresh = processes_refresh,
	.clear = processes_clear,
	.close = processes_close,
};
#endif
