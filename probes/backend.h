/* backend.h - what kinds of witness have in common, and how one is made.  Private to probes/.
 *
 * Adding a kind takes a row in prb_backends and a file. */
#ifndef PROBES_BACKEND_H
#define PROBES_BACKEND_H

#include "book.h"
#include "witness.h"

struct prb_backend {
	const char *name, *help;
	const char *clock; /* whose time it measures */
	unsigned views; /* that it can give */
	/* Sets witness->views and, where something is missing, the note (prb_witness_tell). */
	enum rt_status (*open)(struct prb_witness *witness, const struct prb_config *config,
			       struct rt_error *error);
	enum rt_status (*poll)(struct prb_witness *witness, int timeout_ms);
	enum rt_status (*refresh)(struct prb_witness *witness);
	enum rt_status (*folded)(struct prb_witness *witness, prb_line_fn *fn, void *ctx);
	void (*clear)(struct prb_witness *witness); /* but the book and the tally; null: nothing else */
	void (*close)(struct prb_witness *witness);
};
/* The best first. */
extern const struct prb_backend prb_backend_bpf, prb_backend_inproc;
extern const struct prb_backend *const prb_backends[];
extern const size_t prb_backends_count;

struct prb_witness {
	const struct prb_backend *backend;
	void *own; /* the backend's */
	unsigned views;
	struct prb_book book;
	struct prb_tally tally;
	uint64_t forgotten; /* restarts for whose time there was no memory */
	prb_event_fn *listener;
	void *listener_ctx;
	prb_process_fn *process_listener;
	void *process_ctx;
	char note[240];
	bool news; /* the note was not asked for since it changed */
};

/* Change the note. */
void prb_witness_tell(struct prb_witness *witness, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The backend has an event: it goes to the listener and to the restarts of the book. */
void prb_witness_event(struct prb_witness *witness, const struct prb_event *event);

#endif
