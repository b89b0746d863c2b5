/* bpf.h - the witness in the kernel: what its views share.  Private to probes/.
 *
 * A view is a BPF program (NAME.bpf.c), compiled into a skeleton, and a file NAME.c that opens it, says where
 * its maps go in the rows, and closes it.  kernel.c puts views together; everything that is done with libbpf
 * besides opening, loading and destroying a skeleton is in bpf.c.
 */
#ifndef PROBES_BPF_H
#define PROBES_BPF_H

#include "config.h"

#include "backend.h"
#include "elf.h"
#include "memory.h"
#include "names.h"

/* What all of it takes; without, nothing of it is compiled. */
#define PRB_HAVE_BPF \
	(TREEFALL_HAVE_BPF_TOOLCHAIN && TREEFALL_HAVE_LIBBPF && TREEFALL_HAVE_SDT && TREEFALL_HAVE_LIBDW)

struct bpf_object;
struct bpf_program;
struct bpf_map;
struct ring_buffer;
struct prb_bpf;

struct prb_bpf_view {
	enum prb_view view;
	bool by_place; /* its maps name places: they are read while the process can still be asked who that is
			*/
	/* Open, prepare, load, tie.  `*own` is the view's, from here on until close. */
	enum rt_status (*open)(struct prb_bpf *bpf, void **own, struct rt_error *error);
	/* What its maps have goes into the rows of the book, losses are added to the tally; null: nothing. */
	enum rt_status (*refresh)(struct prb_bpf *bpf, void *own);
	/* Now and then: is it still bearable?  Null: always. */
	void (*poll)(struct prb_bpf *bpf, void *own);
	void (*clear)(struct prb_bpf *bpf, void *own); /* its maps; null: it has none that are read */
	/* Folded stacks, a line at a time; null: it has none. */
	enum rt_status (*folded)(struct prb_bpf *bpf, void *own, prb_line_fn *fn, void *ctx);
	void (*close)(struct prb_bpf *bpf, void *own); /* also of one that was opened half-way */
};
extern const struct prb_bpf_view prb_bpf_lifecycle, prb_bpf_latency, prb_bpf_hotspots, prb_bpf_processes;

struct prb_bpf {
	struct prb_witness *witness;
	struct prb_config config;
	int pid;                  /* who is looked at; never 0 */
	struct prb_target target; /* the same, for BPF programs */
	char binary[64];          /* what it runs, a path that leads there also when it was replaced */
	struct prb_binary points;
	struct prb_memory memory;
	struct prb_names names;
	const struct bpf_map *named; /* paths of places, as far as their starts were seen; may be null */
	int *links;                  /* descriptors of all that was tied, in that order */
	size_t n_links, links_size;
	struct ring_buffer *ring;
	uint64_t looked, look_took; /* when views by place were last read, and how long that took */
	bool limited;    /* the rate limit was hit, and that was told */
	int ended;       /* descriptor that is readable when the process has ended; -1: it is this one */
	void *own[PRB_VIEWS];
};

/* Before anything else. */
void prb_bpf_silence(void);
/* Nanoseconds of real time, from somewhen on. */
uint64_t prb_bpf_clock(void);
/* Before it is loaded: its uprobe programs are tied by links of ours. */
void prb_bpf_prepare(struct bpf_object *object);
/* A failed load in words. */
enum rt_status prb_bpf_refused(int code, const char *what, struct rt_error *error) RT_MUST_CHECK;
/* Where the arguments of these points lie, for the read-only data; RT_ENOENT: the binary lacks one. */
enum rt_status prb_bpf_sites(const struct prb_bpf *bpf, const char *const *points, size_t count,
			     struct prb_site *out, struct rt_error *error) RT_MUST_CHECK;
/* Run the program at each hit of these points; its cookie is the point's index. */
enum rt_status prb_bpf_tie(struct prb_bpf *bpf, const struct bpf_program *program, const char *const *points,
			   size_t count, struct rt_error *error) RT_MUST_CHECK;
/* Run the program at each hit of a kernel tracepoint that it names itself (tp_btf). */
enum rt_status prb_bpf_trace(struct prb_bpf *bpf, const struct bpf_program *program,
			     struct rt_error *error) RT_MUST_CHECK;
/* Run the program so many times in each second of processor time of the process. */
enum rt_status prb_bpf_sample(struct prb_bpf *bpf, const struct bpf_program *program, unsigned hertz,
			      struct rt_error *error) RT_MUST_CHECK;
/* Run a program that walks tasks once, for this process. */
bool prb_bpf_visit(const struct bpf_program *program, int pid);
/* Untie the links from this one on. */
void prb_bpf_let_go(struct prb_bpf *bpf, size_t link, size_t count);
/* Who is at a place; one that nobody can name is called by its number. */
void prb_bpf_path(struct prb_bpf *bpf, const struct prb_place_key *at, struct prb_path *out);
/* Its row; null: no memory. */
struct prb_row *prb_bpf_row(struct prb_bpf *bpf, const struct prb_place_key *at);
/* One element of a map; false: it is not there. */
bool prb_bpf_get(const struct bpf_map *map, const void *key, void *value);

/* Events of this ring go to `fn`; several rings may be polled together.  fn returns 0. */
enum rt_status prb_bpf_ring(struct prb_bpf *bpf, const struct bpf_map *ring,
			    int (*fn)(void *, void *, size_t), void *ctx) RT_MUST_CHECK;
/* What the rings have goes to their functions; up to so many milliseconds are waited for the first. */
void prb_bpf_fetch(struct prb_bpf *bpf, int timeout_ms);
void prb_bpf_drop_rings(struct prb_bpf *bpf); /* there may be none */
/* Each element of a hash map, while others may be changing it. */
typedef bool prb_bpf_element_fn(void *ctx, const void *key, const void *value);
enum rt_status prb_bpf_each(const struct bpf_map *map, prb_bpf_element_fn *fn, void *ctx) RT_MUST_CHECK;
/* Nothing is in a hash map, or in the one element of a per-processor array, any more. */
void prb_bpf_empty(const struct bpf_map *map);
void prb_bpf_zero(const struct bpf_map *map);
/* The one element of a per-processor array, as 64-bit words added up over the processors. */
enum rt_status prb_bpf_sum(const struct bpf_map *map, void *words, size_t size) RT_MUST_CHECK;

/* Who `pid` is in the kernel (target.c); where it does not tell, the same number. */
struct prb_target prb_target_find(int pid);

#endif
