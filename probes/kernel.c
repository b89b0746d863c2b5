/* kernel.c - the backend `bpf`: the witness in the kernel, made of views. */
#include "bpf.h"

#if PRB_HAVE_BPF
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct prb_bpf_view *const views[] = { &prb_bpf_lifecycle, &prb_bpf_latency, &prb_bpf_hotspots,
					       &prb_bpf_processes };
#define VIEW_COUNT (sizeof(views) / sizeof(views[0]))

/* --- for the views ------------------------------------------------------------------------------------- */

enum rt_status prb_bpf_sites(const struct prb_bpf *bpf, const char *const *names, size_t count,
			     struct prb_site *out, struct rt_error *error)
{
	for (size_t i = 0; i < count; i++) {
		const struct prb_point *point = prb_binary_point(&bpf->points, names[i]);

		if (point == NULL)
			return rt_error_set(error, RT_ENOENT,
					    "the program that is looked at has no point %s", names[i]);
		if (point->odd)
			return rt_error_set(error, RT_EINVAL,
					    "the point %s has its arguments where they cannot be read",
					    names[i]);
		out[i] = point->site;
	}
	return RT_OK;
}

void prb_bpf_path(struct prb_bpf *bpf, const struct prb_place_key *at, struct prb_path *out)
{
	const struct prb_path *known = prb_names_find(&bpf->names, at);

	if (known != NULL)
		*out = *known;
	else if ((bpf->named != NULL && prb_bpf_get(bpf->named, at, out)) ||
		 prb_memory_path(&bpf->memory, at->run, at->place, out->text))
		prb_names_add(&bpf->names, at, out);
	else
		snprintf(out->text, sizeof(out->text), "run_%u/place_%" PRIu32, RT_RUN_NUMBER(at->run),
			 at->place);
}

struct prb_row *prb_bpf_row(struct prb_bpf *bpf, const struct prb_place_key *at)
{
	struct prb_path path;

	prb_bpf_path(bpf, at, &path);
	return prb_book_row(&bpf->witness->book, path.text);
}

/* --- opening and closing ------------------------------------------------------------------------------- */

static void bpf_close(struct prb_witness *witness)
{
	struct prb_bpf *bpf = witness->own;

	if (bpf == NULL)
		return;
	prb_bpf_let_go(bpf, 0, bpf->n_links);
	free(bpf->links);
	prb_bpf_drop_rings(bpf);
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		if (bpf->own[views[i]->view] != NULL)
			views[i]->close(bpf, bpf->own[views[i]->view]);
	}
	prb_names_fini(&bpf->names);
	prb_binary_fini(&bpf->points);
	if (bpf->ended >= 0)
		close(bpf->ended);
	free(bpf);
	witness->own = NULL;
}

static bool has_ended(const struct prb_bpf *bpf)
{
	struct pollfd end = { .fd = bpf->ended, .events = POLLIN };

	return bpf->ended >= 0 && poll(&end, 1, 0) > 0;
}

static enum rt_status find_process(struct prb_bpf *bpf, struct rt_error *error)
{
	bpf->pid = bpf->config.pid != 0 ? bpf->config.pid : getpid();
	snprintf(bpf->binary, sizeof(bpf->binary), "/proc/%d/exe", bpf->pid);
	if (bpf->pid == getpid())
		return RT_OK;
	bpf->ended = (int)syscall(SYS_pidfd_open, bpf->pid, 0);
	if (bpf->ended < 0 && errno == ESRCH)
		return rt_error_set(error, RT_ENOENT, "there is no process %d", bpf->pid);
	if (bpf->ended < 0 && errno == EINVAL)
		return rt_error_set(error, RT_ENOENT, "%d is a thread of a process, not a process", bpf->pid);
	if (has_ended(bpf))
		return rt_error_set(error, RT_ENOENT, "process %d has ended", bpf->pid);
	int binary = open(bpf->binary, O_RDONLY | O_CLOEXEC);

	if (binary >= 0) {
		close(binary);
		return RT_OK;
	}
	if (errno == ENOENT)
		return rt_error_set(error, RT_ENOENT, "process %d runs no program", bpf->pid);
	return rt_error_set(error, RT_EIO,
			    "process %d is not this user's: to look at it takes CAP_SYS_PTRACE, too",
			    bpf->pid);
}

/* Opens what can be had of the views that are asked for; the first refusal is what is told. */
static enum rt_status open_views(struct prb_bpf *bpf, struct rt_error *error)
{
	struct prb_witness *witness = bpf->witness;
	enum rt_status status = RT_OK;
	unsigned refused = 0, wanted = witness->views;

	/* Where places are named by number somebody has to see who starts there. */
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		if ((wanted & PRB_BIT(views[i]->view)) != 0 && views[i]->by_place)
			wanted |= PRB_BIT(PRB_LIFECYCLE);
	}
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		unsigned bit = PRB_BIT(views[i]->view);
		size_t links = bpf->n_links;
		struct rt_error why = { 0 };

		if ((wanted & bit) == 0)
			continue;
		enum rt_status one = views[i]->open(bpf, &bpf->own[views[i]->view], &why);

		if (one == RT_OK)
			continue;
		prb_bpf_let_go(bpf, links, bpf->n_links - links);
		bpf->n_links = links;
		if (bpf->own[views[i]->view] != NULL)
			views[i]->close(bpf, bpf->own[views[i]->view]);
		bpf->own[views[i]->view] = NULL;
		if (refused == 0) {
			status = one;
			*error = why;
		}
		refused |= bit;
	}
	witness->views &= ~refused;
	if (witness->views == 0)
		return status;
	if (refused != 0)
		prb_witness_tell(witness, "%s", error->text);
	return RT_OK;
}

static enum rt_status bpf_open(struct prb_witness *witness, const struct prb_config *config,
			       struct rt_error *error)
{
	struct prb_bpf *bpf = calloc(1, sizeof(*bpf));
	struct rt_error unreadable = { 0 };
	enum rt_status status;

	if (bpf == NULL)
		return rt_error_set(error, RT_ENOMEM, "no memory for a witness");
	prb_bpf_silence();
	witness->own = bpf;
	bpf->witness = witness;
	bpf->config = *config;
	bpf->ended = -1;
	status = find_process(bpf, error);
	if (status == RT_OK)
		status = prb_binary_read(bpf->binary, &bpf->points, error);
	if (status == RT_OK) {
		bpf->target = prb_target_find(bpf->pid);

		bool named = prb_memory_open(bpf->pid, &bpf->points, &bpf->memory, &unreadable) == RT_OK;

		status = open_views(bpf, error);
		if (!named && witness->note[0] == '\0' &&
		    (witness->views & (PRB_BIT(PRB_LATENCY) | PRB_BIT(PRB_HOTSPOTS))) != 0)
			prb_witness_tell(witness, "%s", unreadable.text);
	}
	if (status != RT_OK)
		bpf_close(witness);
	return status;
}

/* --- while it is open ---------------------------------------------------------------------------------- */

static enum rt_status bpf_refresh(struct prb_witness *witness)
{
	struct prb_bpf *bpf = witness->own;
	enum rt_status status = RT_OK;

	witness->tally = (struct prb_tally){ 0 };
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		void *own = bpf->own[views[i]->view];
		enum rt_status one = own != NULL && views[i]->refresh != NULL ? views[i]->refresh(bpf, own)
									      : RT_OK;

		if (status == RT_OK)
			status = one;
	}
	return status;
}

/* Who is at a place is looked up while somebody can still be asked: often, but not for more than a twentieth
 * of the time. */
#define LOOK_SHARE 20

static void bpf_look(struct prb_bpf *bpf)
{
	struct prb_tally tally = bpf->witness->tally;
	uint64_t begin = prb_bpf_clock();

	if (begin - bpf->looked < LOOK_SHARE * bpf->look_took)
		return;
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		void *own = bpf->own[views[i]->view];

		if (own != NULL && views[i]->by_place)
			(void)!views[i]->refresh(bpf, own); /* it comes again */
	}
	bpf->witness->tally = tally;
	bpf->looked = prb_bpf_clock();
	bpf->look_took = bpf->looked - begin;
}

static enum rt_status bpf_poll(struct prb_witness *witness, int timeout_ms)
{
	struct prb_bpf *bpf = witness->own;
	/* Asked before fetching: what it did before it ended is then fetched. */
	bool ended = has_ended(bpf);

	if (bpf->ring != NULL) {
		prb_bpf_fetch(bpf, ended ? 0 : timeout_ms);
	} else if (!ended && timeout_ms > 0) {
		struct pollfd end = { .fd = bpf->ended, .events = POLLIN };

		poll(&end, bpf->ended >= 0, timeout_ms);
	}
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		if (bpf->own[views[i]->view] != NULL && views[i]->poll != NULL)
			views[i]->poll(bpf, bpf->own[views[i]->view]);
	}
	bpf_look(bpf);
	return ended ? RT_EAGAIN : RT_OK;
}

static enum rt_status bpf_folded(struct prb_witness *witness, prb_line_fn *fn, void *ctx)
{
	struct prb_bpf *bpf = witness->own;
	enum rt_status status = RT_OK;

	for (size_t i = 0; i < VIEW_COUNT && status == RT_OK; i++) {
		if (bpf->own[views[i]->view] != NULL && views[i]->folded != NULL)
			status = views[i]->folded(bpf, bpf->own[views[i]->view], fn, ctx);
	}
	return status;
}

static void bpf_clear(struct prb_witness *witness)
{
	struct prb_bpf *bpf = witness->own;
	prb_event_fn *listener = witness->listener;

	witness->listener = NULL;
	(void)!bpf_poll(witness, 0);
	witness->listener = listener;
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		if (bpf->own[views[i]->view] != NULL && views[i]->clear != NULL)
			views[i]->clear(bpf, bpf->own[views[i]->view]);
	}
	prb_names_fini(&bpf->names);
}

#define VIEWS (PRB_BIT(PRB_VIEWS) - 1)
#else
#define VIEWS 0

static enum rt_status bpf_open(struct prb_witness *witness, const struct prb_config *config,
			       struct rt_error *error)
{
	(void)witness, (void)config;
	return rt_error_set(error, RT_EIO, "this build has no BPF: it was made without%s%s%s%s",
			    TREEFALL_HAVE_SDT ? "" : " systemtap-sdt-dev",
			    TREEFALL_HAVE_LIBBPF ? "" : " libbpf-dev",
			    TREEFALL_HAVE_LIBDW ? "" : " libdw-dev",
			    TREEFALL_HAVE_BPF_TOOLCHAIN ? "" : " clang and bpftool");
}

static enum rt_status bpf_poll(struct prb_witness *witness, int timeout_ms)
{
	(void)witness, (void)timeout_ms;
	return RT_OK;
}

static enum rt_status bpf_refresh(struct prb_witness *witness)
{
	(void)witness;
	return RT_OK;
}

static enum rt_status bpf_folded(struct prb_witness *witness, prb_line_fn *fn, void *ctx)
{
	(void)witness, (void)fn, (void)ctx;
	return RT_OK;
}

static void bpf_clear(struct prb_witness *witness)
{
	(void)witness;
}

static void bpf_close(struct prb_witness *witness)
{
	(void)witness;
}
#endif

const struct prb_backend prb_backend_bpf = {
	.name = "bpf",
	.help = "looks from the kernel, through the probe points of the program; also into other processes",
	.clock = "the kernel's clock",
	.views = VIEWS,
	.open = bpf_open,
	.poll = bpf_poll,
	.refresh = bpf_refresh,
	.folded = bpf_folded,
	.clear = bpf_clear,
	.close = bpf_close,
};
