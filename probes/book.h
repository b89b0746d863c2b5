/* book.h - what a witness knows, path by path. */
#ifndef PROBES_BOOK_H
#define PROBES_BOOK_H

#include "witness.h"

struct prb_page; /* of one path */
struct prb_book {
	struct prb_page *pages; /* by process and path; in the order in which they were first seen */
};

void prb_book_fini(struct prb_book *book);
/* Find or make; null: no memory. */
struct prb_row *prb_book_row(struct prb_book *book, uint32_t pid, const char *path);
const struct prb_row *prb_book_find(const struct prb_book *book, uint32_t pid, const char *path);
void prb_book_each(const struct prb_book *book, prb_row_fn *fn, void *ctx);
/* This path was restarted at this virtual time.  RT_ENOMEM: it is not remembered. */
enum rt_status prb_book_restart(struct prb_book *book, uint32_t pid, const char *path,
				rt_time t) RT_MUST_CHECK;
enum rt_status prb_book_hotspots(const struct prb_book *book, uint32_t more_than, rt_time window,
				 prb_hotspot_fn *fn, void *ctx) RT_MUST_CHECK;

#endif
