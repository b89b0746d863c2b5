/* processes.c - the view of the processes that isolated workers run in. */
#include "bpf.h"

#include "config.h"

#if TREEFALL_HAVE_BPF_TOOLCHAIN && TREEFALL_HAVE_LIBBPF && TREEFALL_HAVE_SDT
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
	skeleton->rodata->target = (uint32_t)bpf->pid;
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

static void processes_close(struct prb_bpf *bpf, void *own)
{
	(void)bpf;
	processes_bpf__destroy(own);
}

const struct prb_bpf_view prb_bpf_processes = {
	.view = PRB_PROCESSES,
	.open = processes_open,
	.close = processes_close,
};
#endif
