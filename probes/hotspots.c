/* hotspots.c - the view of processor time: hotspots.bpf.c's samples, by actor and by stack. */
#include "bpf.h"

#if PRB_HAVE_BPF
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hotspots.skel.h"
#include "probes.h"

struct hotspots {
	struct hotspots_bpf *skeleton;
	struct prb_symbols *symbols; /* the latest that could be had */
};

/* What is mapped where is known for as long as the process lives, and libraries come after the start: so it
 * is asked again and again. */
static void look_at_symbols(const struct prb_bpf *bpf, struct hotspots *own)
{
	struct prb_symbols *symbols = prb_symbols_open(bpf->pid);

	if (symbols == NULL)
		return;
	prb_symbols_close(own->symbols);
	own->symbols = symbols;
}

static enum rt_status hotspots_open(struct prb_bpf *bpf, void **out, struct rt_error *error)
{
	struct hotspots *own = calloc(1, sizeof(*own));
	struct hotspots_bpf *skeleton = own == NULL ? NULL : hotspots_bpf__open();
	unsigned hertz = bpf->config.hertz != 0 ? bpf->config.hertz : PRB_HERTZ;
	enum rt_status status;

	*out = own;
	if (skeleton == NULL)
		return rt_error_set(error, RT_ENOMEM, "no memory for a BPF program");
	own->skeleton = skeleton;
	look_at_symbols(bpf, own);
	if (bpf->points.current == 0)
		return rt_error_set(error, RT_EINVAL, "the program does not say which actor it is at");
	skeleton->rodata->target = bpf->target.tgid;
	skeleton->rodata->current = bpf->points.current;
	int code = hotspots_bpf__load(skeleton);

	if (code != 0)
		return prb_bpf_refused(code, "load BPF programs", error);
	status = prb_bpf_sample(bpf, skeleton->progs.sample, hertz, error);
	if (status == RT_OK)
		status = prb_bpf_trace(bpf, skeleton->progs.sched_switch, error);
	if (status == RT_OK)
		status = prb_bpf_trace(bpf, skeleton->progs.page_fault, error);
	if (status == RT_OK)
		status = prb_bpf_trace(bpf, skeleton->progs.signal_deliver, error);
	return status;
}

/* Runs of the process that have the same path are added up. */
static bool enter(void *ctx, const void *key, const void *value)
{
	struct prb_row *row = prb_bpf_row(ctx, key);
	const struct prb_strain *strain = value;

	if (row == NULL)
		return false;
	row->samples += strain->samples;
	row->off_cpu_ns += strain->off_cpu_ns;
	row->page_faults += strain->page_faults;
	row->signals += strain->signals;
	return true;
}

static void reset(struct prb_row *row)
{
	row->samples = row->off_cpu_ns = row->page_faults = row->signals = 0;
}

static enum rt_status hotspots_refresh(struct prb_bpf *bpf, void *ctx)
{
	struct prb_tally *tally = &bpf->witness->tally;
	struct hotspots *own = ctx;
	struct prb_sampling sampling;
	enum rt_status status = prb_bpf_sum(own->skeleton->maps.sampling, &sampling, sizeof(sampling));

	look_at_symbols(bpf, own);
	if (status != RT_OK)
		return status;
	tally->samples += sampling.taken;
	tally->idle += sampling.idle;
	tally->lost[PRB_UNSAMPLED] += sampling.dropped;
	tally->lost[PRB_UNCOUNTED] += sampling.uncounted;
	prb_book_change(&bpf->witness->book, reset);
	return prb_bpf_each(own->skeleton->maps.strains, enter, bpf);
}

/* --- folded stacks ------------------------------------------------------------------------------------- */

struct folding {
	struct prb_bpf *bpf;
	const struct hotspots_bpf *skeleton;
	struct prb_symbols *symbols;
	prb_line_fn *fn;
	void *ctx;
	char line[PRB_PATH + PRB_FRAMES * 64];
};

/* A name as it can stand in a line, where a semicolon and a blank mean something. */
static size_t put_name(char *to, size_t room, const char *name)
{
	size_t used = (size_t)snprintf(to, room, ";%s", name);

	used = used < room ? used : room - 1;
	for (size_t i = 1; i < used; i++) {
		if (to[i] == ';' || to[i] == ' ')
			to[i] = '_';
	}
	return used;
}

static bool fold(void *ctx, const void *key, const void *value)
{
	struct folding *folding = ctx;
	const struct prb_sample_key *sample = key;
	uint64_t frames[PRB_FRAMES] = { 0 }, times;
	uint32_t stack = (uint32_t)sample->stack;
	struct prb_path path;
	size_t used;
	int n_frames = 0;

	memcpy(&times, value, sizeof(times));
	prb_bpf_path(folding->bpf, &sample->at, &path);
	used = (size_t)snprintf(folding->line, sizeof(folding->line), "%s", path.text);
	if (sample->stack >= 0 && prb_bpf_get(folding->skeleton->maps.stacks, &stack, frames))
		while (n_frames < PRB_FRAMES && frames[n_frames] != 0)
			n_frames++;
	while (n_frames-- > 0) {
		char number[32];
		/* A return address names the instruction after the call. */
		const char *name = prb_symbols_name(folding->symbols, frames[n_frames] - (n_frames > 0));

		snprintf(number, sizeof(number), "%#llx", (unsigned long long)frames[n_frames]);
		used += put_name(folding->line + used, sizeof(folding->line) - used - 24,
				 name != NULL ? name : number);
	}
	snprintf(folding->line + used, sizeof(folding->line) - used, " %llu", (unsigned long long)times);
	return folding->fn(folding->ctx, folding->line);
}

static enum rt_status hotspots_folded(struct prb_bpf *bpf, void *own, prb_line_fn *fn, void *ctx)
{
	struct folding *folding = malloc(sizeof(*folding));
	struct hotspots *view = own;

	if (folding == NULL)
		return RT_ENOMEM;
	folding->bpf = bpf;
	folding->skeleton = view->skeleton;
	look_at_symbols(bpf, view);
	folding->symbols = view->symbols;
	folding->fn = fn;
	folding->ctx = ctx;
	enum rt_status status = prb_bpf_each(view->skeleton->maps.samples, fold, folding);

	free(folding);
	return status;
}

static void hotspots_clear(struct prb_bpf *bpf, void *ctx)
{
	const struct hotspots *own = ctx;

	(void)bpf;
	prb_bpf_empty(own->skeleton->maps.strains);
	prb_bpf_empty(own->skeleton->maps.samples);
	prb_bpf_zero(own->skeleton->maps.sampling);
}

static void hotspots_close(struct prb_bpf *bpf, void *ctx)
{
	struct hotspots *own = ctx;

	(void)bpf;
	prb_symbols_close(own->symbols);
	hotspots_bpf__destroy(own->skeleton);
	free(own);
}

const struct prb_bpf_view prb_bpf_hotspots = {
	.view = PRB_HOTSPOTS,
	.by_place = true,
	.open = hotspots_open,
	.refresh = hotspots_refresh,
	.folded = hotspots_folded,
	.clear = hotspots_clear,
	.close = hotspots_close,
};
#endif
