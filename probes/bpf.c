/* bpf.c - the one file that knows libbpf: tying programs to what happens, reading what they left. */
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

/* --- words --------------------------------------------------------------------------------------------- */

/* Those of the library are for its makers; what matters is told by us. */
static int silence(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

void prb_bpf_silence(void)
{
	libbpf_set_print(silence);
}

uint64_t prb_bpf_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
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

/* --- ties ---------------------------------------------------------------------------------------------- */

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

		if (event < 0 && errno == ESRCH)
			continue; /* it has ended since */
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

/* --- maps ---------------------------------------------------------------------------------------------- */

bool prb_bpf_get(const struct bpf_map *map, const void *key, void *value)
{
	return bpf_map_lookup_elem(bpf_map__fd(map), key, value) == 0;
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
	size_t size = bpf_map__key_size(map);
	char *key = malloc(2 * size), *next = key == NULL ? NULL : key + size;
	int fd = bpf_map__fd(map);
	bool more = key != NULL && bpf_map_get_next_key(fd, NULL, key) == 0;

	/* The next one is asked for while this one is there, or the search begins at the beginning. */
	while (more) {
		more = bpf_map_get_next_key(fd, key, next) == 0;
		bpf_map_delete_elem(fd, key);
		memcpy(key, next, size);
	}
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

/* --- rings --------------------------------------------------------------------------------------------- */

enum rt_status prb_bpf_ring(struct prb_bpf *bpf, const struct bpf_map *map, int (*fn)(void *, void *, size_t),
			    void *ctx)
{
	if (bpf->ring != NULL)
		return ring_buffer__add(bpf->ring, bpf_map__fd(map), fn, ctx) == 0 ? RT_OK : RT_ENOMEM;
	bpf->ring = ring_buffer__new(bpf_map__fd(map), fn, ctx, NULL);
	return bpf->ring != NULL ? RT_OK : RT_ENOMEM;
}

void prb_bpf_fetch(struct prb_bpf *bpf, int timeout_ms)
{
	if (timeout_ms > 0)
		ring_buffer__poll(bpf->ring, timeout_ms);
	ring_buffer__consume(bpf->ring);
}

void prb_bpf_drop_rings(struct prb_bpf *bpf)
{
	ring_buffer__free(bpf->ring);
	bpf->ring = NULL;
}
#endif
