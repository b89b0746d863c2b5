/* witness.c - choosing a backend, and what does not depend on which it is. */
#include "backend.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct prb_backend *const prb_backends[] = { &prb_backend_bpf, &prb_backend_inproc };
const size_t prb_backends_count = sizeof(prb_backends) / sizeof(prb_backends[0]);

static const struct {
	const char *word, *help;
} views[PRB_VIEWS] = {
#define X(name, word, help) [name] = { word, help },
	PRB_VIEW_LIST(X)
#undef X
};

static const struct {
	const char *word, *help;
} losses[PRB_LOSSES] = {
#define X(name, word, help) [name] = { word, help },
	PRB_LOSS_LIST(X)
#undef X
};

const char *prb_view_word(enum prb_view view)
{
	return views[view].word;
}

const char *prb_view_help(enum prb_view view)
{
	return views[view].help;
}

const char *prb_loss_word(enum prb_loss loss)
{
	return losses[loss].word;
}

const char *prb_loss_help(enum prb_loss loss)
{
	return losses[loss].help;
}

enum rt_status prb_witness_open(enum prb_mode mode, const struct prb_config *config, struct prb_witness **out,
				struct rt_error *error)
{
	struct prb_witness *witness = calloc(1, sizeof(*witness));
	size_t from = mode == PRB_WITHIN ? 1 : 0, kinds = mode == PRB_REQUIRE ? 1 : prb_backends_count;
	enum rt_status status = RT_ENOMEM;
	struct rt_error first = { 0 };

	if (witness == NULL)
		return rt_error_set(error, RT_ENOMEM, "no memory for a witness");
	for (size_t i = from; i < kinds; i++) {
		struct rt_error why = { 0 };

		witness->backend = prb_backends[i];
		witness->views = config->views & prb_backends[i]->views;
		status = prb_backends[i]->open(witness, config, &why);
		if (status == RT_OK) {
			if (i > from)
				prb_witness_tell(witness, "%s", first.text);
			*out = witness;
			return RT_OK;
		}
		/* What the best of them lacks is what somebody could do something about. */
		if (i == from)
			first = why;
		prb_book_fini(&witness->book);
		memset(witness, 0, sizeof(*witness));
	}
	free(witness);
	return rt_error_set(error, first.code != RT_OK ? first.code : status, "%s", first.text);
}

void prb_witness_close(struct prb_witness *witness)
{
	if (witness == NULL)
		return;
	witness->backend->close(witness);
	prb_book_fini(&witness->book);
	free(witness);
}

const char *prb_witness_backend(const struct prb_witness *witness)
{
	return witness->backend->name;
}

const char *prb_witness_clock(const struct prb_witness *witness)
{
	return witness->backend->clock;
}

const char *prb_witness_note(const struct prb_witness *witness)
{
	return witness->note;
}

const char *prb_witness_news(struct prb_witness *witness)
{
	bool news = witness->news;

	witness->news = false;
	return news ? witness->note : NULL;
}

void prb_witness_tell(struct prb_witness *witness, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(witness->note, sizeof(witness->note), format, args);
	va_end(args);
	witness->news = true;
}

unsigned prb_witness_views(const struct prb_witness *witness)
{
	return witness->views;
}

void prb_witness_listen(struct prb_witness *witness, prb_event_fn *fn, void *ctx)
{
	witness->listener = fn;
	witness->listener_ctx = ctx;
}

void prb_witness_event(struct prb_witness *witness, const struct prb_event *event)
{
	if ((witness->views & PRB_BIT(PRB_LIFECYCLE)) == 0)
		return;
	/* Restarts are counted elsewhere; what is not remembered here is a hotspot missed. */
	if (event->kind == PRB_START && event->a > 1 &&
	    prb_book_restart(&witness->book, event->path.text, event->run, event->t) != RT_OK)
		witness->forgotten++;
	if (witness->listener != NULL)
		witness->listener(witness->listener_ctx, event);
}

void prb_witness_processes(struct prb_witness *witness, prb_process_fn *fn, void *ctx)
{
	witness->process_listener = fn;
	witness->process_ctx = ctx;
}

enum rt_status prb_witness_folded(struct prb_witness *witness, prb_line_fn *fn, void *ctx)
{
	return witness->backend->folded == NULL ? RT_OK : witness->backend->folded(witness, fn, ctx);
}

enum rt_status prb_witness_poll(struct prb_witness *witness, int timeout_ms)
{
	return witness->backend->poll(witness, timeout_ms);
}

enum rt_status prb_witness_refresh(struct prb_witness *witness)
{
	prb_book_turn(&witness->book);
	return witness->backend->refresh(witness);
}

void prb_witness_each(const struct prb_witness *witness, prb_row_fn *fn, void *ctx)
{
	prb_book_each(&witness->book, fn, ctx);
}

const struct prb_row *prb_witness_find(const struct prb_witness *witness, const char *path)
{
	return prb_book_find(&witness->book, path);
}

struct prb_tally prb_witness_tally(const struct prb_witness *witness)
{
	struct prb_tally tally = witness->tally;

	tally.lost[PRB_UNCOUNTED] += witness->forgotten;
	return tally;
}

void prb_witness_clear(struct prb_witness *witness)
{
	if (witness->backend->clear != NULL)
		witness->backend->clear(witness);
	prb_book_fini(&witness->book);
	witness->tally = (struct prb_tally){ 0 };
	witness->forgotten = 0;
}

enum rt_status prb_witness_hotspots(const struct prb_witness *witness, uint32_t more_than, rt_time window,
				    prb_hotspot_fn *fn, void *ctx)
{
	return prb_book_hotspots(&witness->book, more_than, window, fn, ctx);
}

uint64_t prb_histogram_at(const uint64_t slots[PRB_SLOTS], uint32_t ppb)
{
	uint64_t sum = 0, below = 0;

	for (unsigned i = 0; i < PRB_SLOTS; i++)
		sum += slots[i];
	if (sum == 0)
		return 0;
	uint64_t wanted = (uint64_t)(((unsigned __int128)sum * ppb + 999999999) / 1000000000);

	for (unsigned i = 0; i < PRB_SLOTS; i++) {
		below += slots[i];
		if (below >= wanted)
			return ((uint64_t)1 << i) - 1;
	}
	return ((uint64_t)1 << (PRB_SLOTS - 1)) - 1;
}
