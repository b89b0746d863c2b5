/* bpf.c - the one file that knows libbpf: opening the witness in the kernel, tying programs to points,
 * reading what they left. */
#include "bpf.h"

#if PRB_HAVE_BPF
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "link.h"

static const struct prb_bpf_view *const views[] = { &prb_bpf_lifecycle, &prb_bpf_latency, &prb_bpf_hotspots,
					       &prb_bpf_processes };

/* --- for the views ------------------------------------------------------------------------------------- */

uint64_t prb_bpf_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void prb_bpf_prepare(struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		if (prb_link_multi() && bpf_program__type(program) == BPF_PROG_TYPE_KPROBE)
			bpf_program__set_expected_attach_type(program,
							      (enum bpf_attach_type)PRB_UPROBE_MULTI);
	}
}

enum rt_status prb_bpf_refused(int code, const char *what, struct rt_error *error)
{
	code = code < 0 ? -code : code;
	if (code == EPERM || code == EACCES)
		return rt_error_set(error, RT_EIO,
				    "the kernel does not let this user %s: that takes root, or CAP_BPF and "
				    "CAP_PERFMON%s",
				    what,
				    prb_link_multi() ? "" : ", and before Linux 6.6 CAP_SYS_ADMIN, too");
	if (code == ENOMEM)
		return rt_error_set(error, RT_ENOMEM, "the kernel has no memory to %s", what);
	if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
		return rt_error_set(error, RT_EIO,
				    "cannot %s: there is no type information of this kernel "
				    "(/sys/kernel/btf/vmlinux)",
				    what);
	return rt_error_set(error, RT_EIO, "this kernel cannot %s: %s", what, strerror(code));
}

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

static enum rt_status keep_link(struct prb_bpf *bpf, int link, struct rt_error *error)
{
	if (bpf->n_links == bpf->links_size) {
		size_t size = bpf->links_size == 0 ? 16 : 2 * bpf->links_size;
		int *links = realloc(bpf->links, size * sizeof(*links));

		if (links == NULL) {
			close(link);
			return rt_error_set(error, RT_ENOMEM, "no memory for a link");
		}
		bpf->links = links;
		bpf->links_size = size;
	}
	bpf->links[bpf->n_links++] = link;
	return RT_OK;
}

void prb_bpf_let_go(struct prb_bpf *bpf, size_t link, size_t count)
{
	for (; count > 0; count--, link++) {
		if (bpf->links[link] >= 0)
			close(bpf->links[link]);
		bpf->links[link] = -1;
	}
}

enum rt_status prb_bpf_tie(struct prb_bpf *bpf, const struct bpf_program *program, const char *const *names,
			   size_t count, struct rt_error *error)
{
	const struct prb_point *points[PRB_LINK_POINTS];
	int fd = bpf_program__fd(program), link = 0;

	for (size_t i = 0; i < count; i++)
		points[i] = prb_binary_point(&bpf->points, names[i]); /* prb_bpf_sites found them all */
	if (prb_link_multi()) {
		link = prb_link_points(fd, bpf->binary, points, count, bpf->pid);
		if (link >= 0)
			return keep_link(bpf, link, error);
	}
	for (size_t i = 0; i < count && link >= 0; i++) {
		link = prb_link_point(fd, bpf->binary, points[i], i, bpf->pid);
		if (link >= 0 && keep_link(bpf, link, error) != RT_OK)
			return RT_ENOMEM;
	}
	return link >= 0 ? RT_OK : prb_bpf_refused(link, "attach to probe points", error);
}

enum rt_status prb_bpf_trace(struct prb_bpf *bpf, const struct bpf_program *program, struct rt_error *error)
{
	int link = bpf_raw_tracepoint_open(NULL, bpf_program__fd(program));

	if (link < 0)
		return prb_bpf_refused(link, "attach to tracepoints", error);
	return keep_link(bpf, link, error);
}

enum rt_status prb_bpf_sample(struct prb_bpf *bpf, const struct bpf_program *program, unsigned hertz,
			      struct rt_error *error)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.freq = 1,
		.sample_freq = hertz,
		.inherit = 1, /* threads to come; those that are there have events of their own */
	};
	enum rt_status status = RT_OK;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", bpf->pid);
	DIR *threads = opendir(path);

	if (threads == NULL)
		return rt_error_set(error, RT_ENOENT, "there is no process %d", bpf->pid);
	for (const struct dirent *entry; status == RT_OK && (entry = readdir(threads)) != NULL;) {
		int thread = atoi(entry->d_name);

		if (thread <= 0)
			continue;
		int event = (int)syscall(SYS_perf_event_open, &attr, thread, -1, -1, PERF_FLAG_FD_CLOEXEC);

		if (event < 0) {
			status = prb_bpf_refused(errno, "sample the processor", error);
			break;
		}
		if (ioctl(event, PERF_EVENT_IOC_SET_BPF, bpf_program__fd(program)) != 0 ||
		    ioctl(event, PERF_EVENT_IOC_ENABLE, 0) != 0) {
			status = prb_bpf_refused(errno, "sample the processor", error);
			close(event);
			break;
		}
		status = keep_link(bpf, event, error);
	}
	closedir(threads);
	return status;
}

bool prb_bpf_visit(const struct bpf_program *program, int pid)
{
	/* The part of union bpf_iter_link_info that is about tasks; older headers do not have it. */
	struct {
		uint32_t thread, process, descriptor;
	} which = { .thread = (uint32_t)pid };
	LIBBPF_OPTS(bpf_link_create_opts, options, .iter_info = (union bpf_iter_link_info *)&which,
		    .iter_info_len = sizeof(which));
	int link = bpf_link_create(bpf_program__fd(program), 0, BPF_TRACE_ITER, &options);
	int walk = link < 0 ? -1 : bpf_iter_create(link);
	char nothing[16];
	bool done = walk >= 0 && read(walk, nothing, sizeof(nothing)) >= 0;

	if (walk >= 0)
		close(walk);
	if (link >= 0)
		close(link);
	return done;
}

bool prb_bpf_get(const struct bpf_map *map, const void *key, void *value)
{
	return bpf_map_lookup_elem(bpf_map__fd(map), key, value) == 0;
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

enum rt_status prb_bpf_ring(struct prb_bpf *bpf, const struct bpf_map *map, int (*fn)(void *, void *, size_t),
			    void *ctx)
{
	if (bpf->ring != NULL)
		return ring_buffer__add(bpf->ring, bpf_map__fd(map), fn, ctx) == 0 ? RT_OK : RT_ENOMEM;
	bpf->ring = ring_buffer__new(bpf_map__fd(map), fn, ctx, NULL);
	return bpf->ring != NULL ? RT_OK : RT_ENOMEM;
}

enum rt_status prb_bpf_each(const struct bpf_map *map, prb_bpf_element_fn *fn, void *ctx)
{
	size_t key_size = bpf_map__key_size(map);
	char *key = malloc(2 * key_size), *next = key == NULL ? NULL : key + key_size;
	char *value = malloc(bpf_map__value_size(map));
	enum rt_status status = key != NULL && value != NULL ? RT_OK : RT_ENOMEM;
	int fd = bpf_map__fd(map);
	bool more = status == RT_OK && bpf_map_get_next_key(fd, NULL, next) == 0;

	while (more) {
		if (bpf_map_lookup_elem(fd, next, value) == 0 && !fn(ctx, next, value)) {
			status = RT_ENOMEM;
			break;
		}
		memcpy(key, next, key_size);
		more = bpf_map_get_next_key(fd, key, next) == 0;
	}
	free(key);
	free(value);
	return status;
}

void prb_bpf_empty(const struct bpf_map *map)
{
	char *key = malloc(bpf_map__key_size(map));
	int fd = bpf_map__fd(map);

	while (key != NULL && bpf_map_get_next_key(fd, NULL, key) == 0 && bpf_map_delete_elem(fd, key) == 0)
		continue;
	free(key);
}

void prb_bpf_zero(const struct bpf_map *map)
{
	int processors = libbpf_num_possible_cpus();
	uint32_t zero = 0;
	char *nothing = processors > 0 ? calloc((size_t)processors, bpf_map__value_size(map)) : NULL;

	if (nothing != NULL)
		(void)!bpf_map_update_elem(bpf_map__fd(map), &zero, nothing, BPF_ANY);
	free(nothing);
}

enum rt_status prb_bpf_sum(const struct bpf_map *map, void *words, size_t size)
{
	int processors = libbpf_num_possible_cpus();
	size_t count = size / sizeof(uint64_t);
	uint32_t zero = 0;
	uint64_t *all = processors > 0 ? calloc((size_t)processors, size) : NULL, *sum = words;

	memset(words, 0, size);
	if (all == NULL)
		return RT_ENOMEM;
	if (bpf_map_lookup_elem(bpf_map__fd(map), &zero, all) == 0) {
		for (size_t i = 0; i < (size_t)processors * count; i++)
			sum[i % count] += all[i];
	}
	free(all);
	return RT_OK;
}

/* --- the backend --------------------------------------------------------------------------------------- */

/* Words of the library are for its makers; what matters is told by us. */
static int silence(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

#define VIEW_COUNT (sizeof(views) / sizeof(views[0]))

static void bpf_close(struct prb_witness *witness)
{
	struct prb_bpf *bpf = witness->own;

	if (bpf == NULL)
		return;
	prb_bpf_let_go(bpf, 0, bpf->n_links);
	free(bpf->links);
	ring_buffer__free(bpf->ring);
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
	libbpf_set_print(silence);
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
		if (!ended && timeout_ms > 0)
			ring_buffer__poll(bpf->ring, timeout_ms);
		ring_buffer__consume(bpf->ring);
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
