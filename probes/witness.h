/* witness.h - looking on while a tree runs, in this process or in another: who started, ended and was
 * restarted, how long it took, where the time went.
 *
 * A witness counts by itself, path by path.  There are two kinds (prb_backends): `bpf` looks from the kernel,
 * through the probe points of the binary (runtime/usdt.h), also at a process that has long been running, and
 * `inproc` listens to the events of a runtime in this process.  What only the kernel can know the second one
 * does not have.  Neither changes what the run does.
 *
 * Life: prb_witness_open, then prb_witness_poll now and then (events that are not fetched in time are lost,
 * and counted), prb_witness_refresh before looking at the rows, prb_witness_close.  One thread at a time.
 */
#ifndef PROBES_WITNESS_H
#define PROBES_WITNESS_H

#include "runtime/observe.h"

#include "wire.h"

/* What there is to look at: C name, word, what it gives. */
#define PRB_VIEW_LIST(X)                                                                                     \
	X(PRB_LIFECYCLE, "lifecycle", "starts, exits, restarts, escalations; time from exit to start")       \
	X(PRB_LATENCY, "latency", "time in handlers and in mailboxes")                                       \
	X(PRB_HOTSPOTS, "hotspots", "where processor time goes; time off the processor, page faults, signals") \
	X(PRB_PROCESSES, "processes", "fork, exec and exit of isolated workers")
enum prb_view {
#define X(name, word, help) name,
	PRB_VIEW_LIST(X)
#undef X
	PRB_VIEWS
};
#define PRB_BIT(view) (1u << (view))
const char *prb_view_word(enum prb_view view);
const char *prb_view_help(enum prb_view view);

/* Nobody; the best that can; the kernel or nobody; the runtime's own events and nothing else. */
enum prb_mode { PRB_OFF, PRB_AUTO, PRB_REQUIRE, PRB_WITHIN };

struct prb_config {
	int pid;       /* to look at; 0: this process */
	struct rt *rt; /* of this process, for `inproc`; null: there is none */
	unsigned views;
	/* What a process is made to bear, for each of its processors: so many events told one by one in a
	 * second (those beyond are counted only), so many probe hits in a second before latencies are let go.
	 * 0: any. */
	uint64_t events_max, hits_max;
	unsigned hertz; /* samples in a second, for PRB_HOTSPOTS; 0: PRB_HERTZ */
	bool silent;    /* nobody wants single events of `bpf`: neither a listener nor prb_witness_hotspots */
	unsigned fault; /* the kind of event that says that a fault fired, for `inproc`; 0: it is not known */
};
/* For processes of others. */
#define PRB_EVENTS_MAX 50000
#define PRB_HITS_MAX   200000
#define PRB_HERTZ      99 /* not in step with anything that happens at round times */

struct prb_witness;

/* The first backend that can, of those that the mode allows (not PRB_OFF).  A view that cannot be had is left
 * out as long as another one can.  RT_EIO: it is not to be had here (no rights, no kernel for it, not built
 * in); RT_ENOENT: no such process, or none with our probe points; others as usual; `error` says why in words.
 */
enum rt_status prb_witness_open(enum prb_mode mode, const struct prb_config *config, struct prb_witness **out,
				struct rt_error *error) RT_MUST_CHECK;
void prb_witness_close(struct prb_witness *witness); /* null is allowed */

const char *prb_witness_backend(const struct prb_witness *witness);
const char *prb_witness_clock(const struct prb_witness *witness); /* whose time it measures, in words */
/* Why it is not bpf, what of it is missing, which limit was hit; "" where there is nothing to say. */
const char *prb_witness_note(const struct prb_witness *witness);
/* The same, once; null when there is nothing new. */
const char *prb_witness_news(struct prb_witness *witness);
/* The views that it gives: those asked for, or fewer. */
unsigned prb_witness_views(const struct prb_witness *witness);

/* One event; valid during the call. */
typedef void prb_event_fn(void *ctx, const struct prb_event *event);
void prb_witness_listen(struct prb_witness *witness, prb_event_fn *fn, void *ctx);

/* Fetch what has come, waiting up to `timeout_ms` for the first (0: not at all).  RT_EAGAIN: the process that
 * is looked at has ended, and all it left is fetched. */
enum rt_status prb_witness_poll(struct prb_witness *witness, int timeout_ms) RT_MUST_CHECK;

/* All that is known of one path.  Runtimes of the process that have the same path are added up. */
struct prb_row {
	const char *path; /* lives as long as the witness */
	struct prb_counts counts;
	/* PRB_LATENCY: ns of the kernel's clock, slot n: values of n significant bits. */
	uint64_t handler[PRB_SLOTS], queue[PRB_SLOTS];
	uint64_t handled, handler_ns, queued, queue_ns;
	/* PRB_HOTSPOTS */
	uint64_t samples, off_cpu_ns, page_faults, signals;
	struct {
		uint64_t samples, restarts;
	} before; /* what they were at the refresh before the latest */
};
/* Bring the rows up to date; RT_ENOMEM: some are missing. */
enum rt_status prb_witness_refresh(struct prb_witness *witness) RT_MUST_CHECK;
/* In the order in which they were first seen; false ends it. */
typedef bool prb_row_fn(void *ctx, const struct prb_row *row);
void prb_witness_each(const struct prb_witness *witness, prb_row_fn *fn, void *ctx);
const struct prb_row *prb_witness_find(const struct prb_witness *witness, const char *path);

/* What was seen, and what did not get through, all processors together.  Brought up to date by refresh. */
#define PRB_LOSS_LIST(X)                                                                                     \
	X(PRB_DROPPED, "dropped", "events for which a ring buffer had no room; they are counted all the same") \
	X(PRB_LIMITED, "limited", "events beyond the rate limit: counted, not told one by one")              \
	X(PRB_UNCOUNTED, "uncounted", "events for whose path a table had no room: they are in no count")     \
	X(PRB_UNTIMED, "untimed", "messages that waited among too many others for their time to be known")   \
	X(PRB_UNSAMPLED, "unsampled", "samples for whose stack there was no room")
enum prb_loss {
#define X(name, word, help) name,
	PRB_LOSS_LIST(X)
#undef X
	PRB_LOSSES
};
const char *prb_loss_word(enum prb_loss loss);
const char *prb_loss_help(enum prb_loss loss);
struct prb_tally {
	uint64_t seen[PRB_KINDS]; /* events */
	uint64_t samples, idle;   /* of the processor; those between dispatches */
	uint64_t lost[PRB_LOSSES];
};
struct prb_tally prb_witness_tally(const struct prb_witness *witness);

/* Forget all of it: what comes is counted from nothing.  While nothing happens. */
void prb_witness_clear(struct prb_witness *witness);

/* What samples found, as lines that tools for flame graphs read: the path of the actor, the functions from
 * the outermost to the innermost, all with semicolons between, a blank, how often.  Nothing without
 * PRB_HOTSPOTS. */
typedef bool prb_line_fn(void *ctx, const char *line);
enum rt_status prb_witness_folded(struct prb_witness *witness, prb_line_fn *fn, void *ctx) RT_MUST_CHECK;

/* Processes that the one looked at made and ended (PRB_PROCESSES). */
typedef void prb_process_fn(void *ctx, const struct prb_process *process);
void prb_witness_processes(struct prb_witness *witness, prb_process_fn *fn, void *ctx);

/* --- restart hotspots ---------------------------------------------------------------------------------- */

#define PRB_HOT_RESTARTS 3                  /* more than so many ... */
#define PRB_HOT_WINDOW   (300 * RT_SECOND) /* ... in so much virtual time */

struct prb_hotspot {
	const char *path;
	bool subtree;      /* the sum of all below a supervisor */
	uint32_t restarts; /* within the window that ends with the latest event */
	uint32_t worst;    /* the most that there ever were within such a window */
	bool more;         /* there were more than is remembered: the numbers are too small */
	rt_time last;
};
/* Children first, then subtrees, each by how hot they are now, then by path. */
typedef bool prb_hotspot_fn(void *ctx, const struct prb_hotspot *hotspot);
enum rt_status prb_witness_hotspots(const struct prb_witness *witness, uint32_t more_than, rt_time window,
				    prb_hotspot_fn *fn, void *ctx) RT_MUST_CHECK;

/* The value at or below which a share of a histogram lies (parts per 1,000,000,000), as the top of its slot;
 * 0 of an empty one. */
uint64_t prb_histogram_at(const uint64_t slots[PRB_SLOTS], uint32_t ppb);

#endif
