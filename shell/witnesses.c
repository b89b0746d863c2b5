/* witnesses.c - opening both, and asking whether they agree. */
#include "witnesses.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "probes/reconcile.h"

enum rt_status sh_witnesses_open(struct sh_witnesses *witnesses, enum prb_mode mode, unsigned views,
				 struct rt *rt, struct rt_error *error)
{
	struct prb_config config = { .rt = rt, .views = views };
	struct rt_error why = { 0 };
	enum rt_status status;

	memset(witnesses, 0, sizeof(*witnesses));
	status = prb_witness_open(PRB_WITHIN, &config, &witnesses->within, error);
	if (status != RT_OK)
		return status;
	status = prb_witness_open(PRB_REQUIRE, &config, &witnesses->kernel, &why);
	if (status == RT_OK)
		return RT_OK;
	snprintf(witnesses->note, sizeof(witnesses->note), "%s", why.text);
	if (mode != PRB_REQUIRE)
		return RT_OK;
	sh_witnesses_close(witnesses);
	return rt_error_set(error, status, "%s", why.text);
}

void sh_witnesses_close(struct sh_witnesses *witnesses)
{
	prb_witness_close(witnesses->kernel);
	prb_witness_close(witnesses->within);
	witnesses->kernel = witnesses->within = NULL;
}

void sh_witnesses_poll(struct sh_witnesses *witnesses)
{
	if (witnesses->kernel)
		(void)!prb_witness_poll(witnesses->kernel, 0);
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
	struct prb_losses losses;
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
	differences = prb_reconcile(witnesses->kernel, witnesses->within, (uint32_t)getpid(), put_difference,
				    &found);
	losses = prb_witness_losses(witnesses->kernel);
	if (losses.dropped > 0)
		sh_text_printf(
			to, "%" PRIu64 " events did not fit into the ring; they are counted all the same\n",
			losses.dropped);
	if (losses.uncounted > 0)
		sh_text_printf(to, "%" PRIu64 " events are lost: the kernel's table of paths is full\n",
			       losses.uncounted);
	if (differences > 0)
		sh_text_printf(to, "kernel and journal differ in %zu places\n%s", differences, found.text);
	else if (losses.uncounted == 0)
		sh_text_printf(to,
			       "kernel and journal agree: %" PRIu64 " starts, %" PRIu64 " exits, %" PRIu64
			       " restarts, %" PRIu64 " escalations\n",
			       losses.seen[PRB_START], losses.seen[PRB_EXIT], losses.seen[PRB_RESTART],
			       losses.seen[PRB_GIVE_UP]);
	sh_text_fini(&found);
	return differences > 0 || losses.uncounted > 0 ? SH_INTERNAL : SH_OK;
}
