/* cmd_probes.c - looking on from the prompt: `probes`, `hotspots`, `latency`. */
#include <stdlib.h>
#include <string.h>

#include "runtime/usdt.h"

#include "command.h"
#include "session.h"
#include "witness_text.h"

static enum sh_code say(struct sh_session *session, struct sh_text *text, enum sh_code code)
{
	if (text->length > 0)
		sh_put(session->out, text->text);
	sh_text_fini(text);
	return code;
}

void sh_probes_list(struct sh_text *to)
{
	for (unsigned i = 0; i < RT_USDT_COUNT; i++)
		sh_text_printf(to, "%-15s %s\n                  %s\n", rt_usdt_rows[i].name,
			       rt_usdt_rows[i].help, rt_usdt_rows[i].args);
	if (!rt_usdt_built())
		sh_text_printf(to, "this build has none of them: it was made without sys/sdt.h\n");
}

static enum sh_code open_witnesses(struct sh_session *session)
{
	struct rt_error error = { 0 };

	if (session->witnesses.within) {
		sh_put(session->out, "somebody looks on already\n");
		return SH_OK;
	}
	if (sh_witnesses_open(&session->witnesses, PRB_AUTO, PRB_BIT(PRB_VIEWS) - 1,
			      scn_world_rt(session->world), &error) != RT_OK)
		return sh_session_error(session, SH_UNAVAILABLE, "%s", error.text);
	session->look_on = true;
	sh_printf(session->out, "probes on: %s%s%s\n",
		  prb_witness_backend(sh_witnesses_best(&session->witnesses)),
		  *session->witnesses.note ? "; " : "", session->witnesses.note);
	return SH_OK;
}

/* Nobody looks on: what to do about it. */
static enum sh_code nobody(struct sh_session *session)
{
	return sh_session_error(session, SH_FAIL, "nobody looks on; `probes on` lets somebody");
}

static enum sh_code refreshed(struct sh_session *session)
{
	if (!session->witnesses.within)
		return nobody(session);
	sh_witnesses_poll(&session->witnesses);
	if (prb_witness_refresh(sh_witnesses_best(&session->witnesses)) != RT_OK)
		return sh_session_error(session, SH_INTERNAL, "no memory for what was seen");
	return SH_OK;
}

enum sh_code sh_cmd_probes(struct sh_session *session, unsigned argc, char *const *argv)
{
	const char *what = argc > 1 ? argv[1] : "stats";
	struct sh_text text = { 0 };
	enum sh_code code = SH_OK;

	if (!strcmp(what, "list")) {
		sh_probes_list(&text);
		return say(session, &text, SH_OK);
	}
	if (!session->world)
		return sh_session_error(session, SH_FAIL, "nothing is loaded; load FILE");
	if (!strcmp(what, "on"))
		return open_witnesses(session);
	if (!strcmp(what, "off")) {
		sh_witnesses_close(&session->witnesses);
		session->look_on = false;
		return SH_OK;
	}
	if (!strcmp(what, "stats")) {
		code = refreshed(session);
		if (code == SH_OK)
			sh_witness_stats(&text, sh_witnesses_best(&session->witnesses));
		return say(session, &text, code);
	}
	if (!strcmp(what, "reconcile")) {
		if (!session->witnesses.within)
			return nobody(session);
		code = sh_witnesses_reconcile(&session->witnesses, &text);
		return say(session, &text, code);
	}
	return sh_session_error(session, SH_USAGE, "probes: '%s' is none of on, off, list, stats, reconcile",
				what);
}

enum sh_code sh_cmd_hotspots(struct sh_session *session, unsigned argc, char *const *argv)
{
	struct sh_text text = { 0 };
	enum sh_code code = refreshed(session);

	(void)argc, (void)argv;
	if (code == SH_OK) {
		const struct prb_witness *witness = sh_witnesses_best(&session->witnesses);

		sh_witness_hotspots(&text, witness);
		sh_text_printf(&text, "\n");
		sh_witness_table(&text, witness, 20);
		if (!(prb_witness_views(witness) & PRB_BIT(PRB_HOTSPOTS)))
			sh_text_printf(&text, "processor time: needs bpf\n");
	}
	return say(session, &text, code);
}

enum sh_code sh_cmd_latency(struct sh_session *session, unsigned argc, char *const *argv)
{
	struct sh_text text = { 0 };
	enum sh_code code = refreshed(session);

	(void)argc, (void)argv;
	if (code == SH_OK)
		sh_witness_latency(&text, sh_witnesses_best(&session->witnesses));
	return say(session, &text, code);
}
