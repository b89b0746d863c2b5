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
		sh_text_printf(to, "%-15s %s\n%15s %s\n", rt_usdt_rows[i].name, rt_usdt_rows[i].help, "",
			       rt_usdt_rows[i].args);
	if (!rt_usdt_built())
		sh_text_printf(to, "this build has none of them: it was made without sys/sdt.h\n");
}

static enum sh_code watch(struct sh_session *session)
{
	if (session->world &&
	    sh_witnesses_watch(&session->witnesses, scn_world_rt(session->world)) != RT_OK)
		return sh_session_error(session, SH_INTERNAL, "no memory for a witness");
	return SH_OK;
}

static enum sh_code turn_on(struct sh_session *session)
{
	struct sh_witnesses *witnesses = &session->witnesses;
	struct rt_error error = { 0 };

	if (!witnesses->on && sh_witnesses_open(witnesses, PRB_AUTO, PRB_BIT(PRB_VIEWS) - 1, &error) != RT_OK)
		return sh_session_error(session, SH_UNAVAILABLE, "%s", error.text);
	if (witnesses->kernel)
		sh_printf(session->out, "probes on: bpf, and inproc beside it\n");
	else
		sh_printf(session->out, "probes on: inproc; no bpf: %s\n", witnesses->note);
	return witnesses->within ? SH_OK : watch(session);
}

static enum sh_code turn_off(struct sh_session *session)
{
	sh_witnesses_close(&session->witnesses);
	return SH_OK;
}

static enum sh_code list(struct sh_session *session)
{
	struct sh_text text = { 0 };

	sh_probes_list(&text);
	return say(session, &text, SH_OK);
}

/* There is somebody to ask, and what they know is brought up to date. */
static enum sh_code refreshed(struct sh_session *session)
{
	if (!session->witnesses.on)
		return sh_session_error(session, SH_FAIL, "nobody looks on; `probes on` lets somebody");
	if (!session->world)
		return sh_session_error(session, SH_FAIL, "nothing is loaded; load FILE");
	sh_witnesses_poll(&session->witnesses);
	if (prb_witness_refresh(sh_witnesses_best(&session->witnesses)) != RT_OK)
		return sh_session_error(session, SH_INTERNAL, "no memory for what was seen");
	return SH_OK;
}

static enum sh_code stats(struct sh_session *session)
{
	struct sh_text text = { 0 };
	enum sh_code code = refreshed(session);

	if (code == SH_OK)
		sh_witness_stats(&text, sh_witnesses_best(&session->witnesses));
	return say(session, &text, code);
}

static enum sh_code reconcile(struct sh_session *session)
{
	struct sh_text text = { 0 };
	enum sh_code code = refreshed(session);

	if (code == SH_OK)
		code = sh_witnesses_reconcile(&session->witnesses, &text);
	return say(session, &text, code);
}

const struct sh_look sh_looks[] = {
	{ "on", turn_on },  { "off", turn_off },        { "list", list },
	{ "stats", stats }, { "reconcile", reconcile },
};
const size_t sh_looks_count = sizeof(sh_looks) / sizeof(sh_looks[0]);

enum sh_code sh_cmd_probes(struct sh_session *session, unsigned argc, char *const *argv)
{
	const char *what = argc > 1 ? argv[1] : "stats";

	for (size_t i = 0; i < sh_looks_count; i++)
		if (!strcmp(sh_looks[i].name, what))
			return sh_looks[i].run(session);
	return sh_session_error(session, SH_USAGE, "probes: '%s' is none of on, off, list, stats, reconcile",
				what);
}

enum sh_code sh_cmd_hotspots(struct sh_session *session, unsigned argc, char *const *argv)
{
	struct sh_text text = { 0 };
	struct sh_heat heat = SH_HEAT;
	enum sh_code code;

	if (argc > 1 && !sh_parse_heat(argv[1], &heat))
		return sh_session_error(session, SH_USAGE,
					"hotspots: '%s' is not a number and a duration, such as 3/5m",
					argv[1]);
	code = refreshed(session);
	if (code == SH_OK) {
		const struct prb_witness *witness = sh_witnesses_best(&session->witnesses);

		/* The one within has missed none. */
		sh_witness_hotspots(&text, session->witnesses.within, heat, 0);
		sh_text_printf(&text, "\n");
		sh_witness_strain(&text, witness, 20);
	}
	return say(session, &text, code);
}

enum sh_code sh_cmd_latency(struct sh_session *session, unsigned argc, char *const *argv)
{
	struct sh_text text = { 0 };
	enum sh_code code = refreshed(session);

	(void)argc, (void)argv;
	if (code == SH_OK)
		sh_witness_latency(&text, sh_witnesses_best(&session->witnesses), 0);
	return say(session, &text, code);
}
