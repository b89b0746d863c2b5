/* book.h - what a witness knows, path by path. */
#ifndef PROBES_BOOK_H
#define PROBES_BOOK_H

#include "witness.h"

struct prb_page; /* of one path */
/* One run of those that the process made; times of different runs have nothing to do with each other. */
struct prb_run {
	uint64_t name; /* runtime/usdt.h */
	rt_time latest; /* of its restarts */
};
struct prb_book {
	struct prb_page *pages; /* by path; in the order in which they were first seen */
	struct prb_run *runs;
	uint32_t n_runs, runs_size;
};

void prb_book_fini(struct prb_book *book);
/* Find or make; null: no memory. */
struct prb_row *prb_book_row(struct prb_book *book, const char *path);
const struct prb_row *prb_book_find(const struct prb_book *book, const char *path);
void prb_book_each(const struct prb_book *book, prb_row_fn *fn, void *ctx);
/* The rows are about to be brought up to date: prb_row.before. */
void prb_book_turn(struct prb_book *book);
/* Do this to each row. */
void prb_book_change(struct prb_book *book, void (*fn)(struct prb_row *row));
/* This path was restarted at this virtual time.  RT_ENOMEM: it is not remembered. */
enum rt_status prb_book_restart(struct prb_book *book, const char *path, uint64_t run,
				rt_time t) RT_MUST_CHECK;
enum rt_status prb_book_hotspots(const struct prb_book *book, uint32_t more_than, rt_time window,
				 prb_hotspot_fn *fn, void *ctx) RT_MUST_CHECK;

#endif
