/* witnesses.c - opening both, and asking whether they agree. */
#include "witnesses.h"

#include <inttypes.h>
#include <string.h>

#include "inject/inject.h"
#include "probes/reconcile.h"

enum rt_status sh_witnesses_open(struct sh_witnesses *witnesses, enum prb_mode mode, unsigned views,
				 struct rt_error *error)
{
	const struct prb_config config = { .views = views, .silent = true };
	enum rt_status status;

	memset(witnesses, 0, sizeof(*witnesses));
	status = prb_witness_open(PRB_REQUIRE, &config, &witnesses->kernel, error);
	if (status != RT_OK && mode == PRB_REQUIRE)
		return status;
	if (status != RT_OK)
		snprintf(witnesses->note, sizeof(witnesses->note), "%s", error->text);
	witnesses->on = true;
	return RT_OK;
}

void sh_witnesses_close(struct sh_witnesses *witnesses)
{
	sh_witnesses_leave(witnesses);
	prb_witness_close(witnesses->kernel);
	memset(witnesses, 0, sizeof(*witnesses));
}

enum rt_status sh_witnesses_watch(struct sh_witnesses *witnesses, struct rt *rt)
{
	const struct prb_config config = { .rt = rt, .views = PRB_BIT(PRB_LIFECYCLE), .fault = INJ_EV_FIRED };
	struct rt_error error = { 0 };

	if (!witnesses->on)
		return RT_OK;
	sh_witnesses_leave(witnesses);
	if (witnesses->kernel)
		prb_witness_clear(witnesses->kernel);
	return prb_witness_open(PRB_WITHIN, &config, &witnesses->within, &error);
}

void sh_witnesses_leave(struct sh_witnesses *witnesses)
{
	prb_witness_close(witnesses->within);
	witnesses->within = NULL;
}

void sh_witnesses_poll(struct sh_witnesses *witnesses)
{
	if (witnesses->kernel)
		(void)!prb_witness_poll(witnesses->kernel, 0);
}

const char *sh_witnesses_news(struct sh_witnesses *witnesses)
{
	return witnesses->kernel ? prb_witness_news(witnesses->kernel) : NULL;
}

struct prb_witness *sh_witnesses_best(const struct sh_witnesses *witnesses)
{
	return witnesses->kernel ? witnesses->kernel : witnesses->within;
}

static void put_difference(void *ctx, const struct prb_difference *difference)
{
	sh_text_printf(ctx, "  %s of %s: kernel %" PRIu64 ", journal %" PRIu64 "\n", difference->event,
		       difference->path, difference->kernel, difference->journal);
}

enum sh_code sh_witnesses_reconcile(struct sh_witnesses *witnesses, struct sh_text *to)
{
	struct sh_text found = { 0 };
	struct prb_tally tally;
	size_t differences;

	if (!witnesses->kernel) {
		sh_text_printf(to, "nothing to compare with: %s\n", witnesses->note);
		return SH_UNAVAILABLE;
	}
	sh_witnesses_poll(witnesses);
	if (prb_witness_refresh(witnesses->kernel) != RT_OK ||
	    prb_witness_refresh(witnesses->within) != RT_OK) {
		sh_text_printf(to, "no memory to compare\n");
		return SH_INTERNAL;
	}
	differences = prb_reconcile(witnesses->kernel, witnesses->within, put_difference, &found);
	tally = prb_witness_tally(witnesses->kernel);
	for (unsigned i = 0; i < PRB_LOSSES; i++)
		if (tally.lost[i] > 0)
			sh_text_printf(to, "%s %" PRIu64 ": %s\n", prb_loss_word(i), tally.lost[i],
				       prb_loss_help(i));
	if (differences > 0)
		sh_text_printf(to, "kernel and journal differ in %zu places\n%s", differences, found.text);
	else if (tally.lost[PRB_UNCOUNTED] == 0)
		sh_text_printf(to,
			       "kernel and journal agree: %" PRIu64 " starts, %" PRIu64 " exits, %" PRIu64
			       " restarts, %" PRIu64 " escalations, %" PRIu64 " faults\n",
			       tally.seen[PRB_START], tally.seen[PRB_EXIT], tally.seen[PRB_RESTART],
			       tally.seen[PRB_GIVE_UP], tally.seen[PRB_FAULT]);
	sh_text_fini(&found);
	return differences > 0 || tally.lost[PRB_UNCOUNTED] > 0 ? SH_INTERNAL : SH_OK;
}
