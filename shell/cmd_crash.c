/* cmd_crash.c - reports of deaths that nobody ordered: `crashes`, `crash N`. */
#include <stdlib.h>
#include <string.h>

#include "probes/probes.h"

#include "command.h"
#include "session.h"

enum sh_code sh_cmd_crashes(struct sh_session *session, unsigned argc, char *const *argv)
{
	size_t count = scn_world_crashes(session->world);
	char t[INJ_VALUE_BUF];

	(void)argc, (void)argv;
	if (count == 0)
		sh_put(session->out, "nobody has died of anything yet\n");
	for (size_t n = 1; n <= count; n++) {
		const struct scn_crash *crash = scn_world_crash(session->world, n);
		char decision[300];

		sh_printf(session->out, "%3zu  %s  #%llu  %s (start %u)  %s; %s\n", n,
			  inj_print_time(crash->t, t), (unsigned long long)crash->seq, crash->path,
			  (unsigned)crash->incarnation, crash->reason,
			  scn_crash_decision(session->world, crash, decision, sizeof(decision)));
	}
	return SH_OK;
}

static void put_cause(struct sh_session *session, const struct scn_crash *crash)
{
	if (crash->signal != 0)
		sh_printf(session->out, "  signal    %d (%s)\n", crash->signal, strsignal(crash->signal));
	if (crash->addressed)
		sh_printf(session->out, "  address   0x%llx\n", (unsigned long long)crash->address);
	/* Endless recursion is one line. */
	for (unsigned i = 0, times; i < crash->n_frames; i += times) {
		char symbol[300];

		for (times = 1; i + times < crash->n_frames; times++)
			if (crash->frame[i + times] != crash->frame[i])
				break;
		sh_printf(session->out, "  %-8s  %s", i == 0 ? "stack" : "",
			  prb_symbol_text(crash->frame[i], symbol, sizeof(symbol)));
		if (times > 1)
			sh_printf(session->out, ", %u times", times);
		sh_put(session->out, "\n");
	}
}

static void put_crash(struct sh_session *session, const struct scn_crash *crash)
{
	char t[INJ_VALUE_BUF], decision[300], message[300], value[INJ_VALUE_BUF];

	sh_printf(session->out, "%s, start %u, ended at %s (#%llu)\n", crash->path,
		  (unsigned)crash->incarnation, inj_print_time(crash->t, t), (unsigned long long)crash->seq);
	sh_printf(session->out, "  reason    %s\n", crash->reason);
	put_cause(session, crash);
	sh_printf(session->out, "  message   %s\n", scn_crash_message(crash, message, sizeof(message)));
	sh_printf(session->out, "  mailbox   %u waiting, %llu handled\n", (unsigned)crash->mailbox,
		  (unsigned long long)crash->handled);
	sh_printf(session->out, "  memory    %s\n", inj_print_size((int64_t)crash->memory, value));
	sh_printf(session->out, "  uptime    %s\n", inj_print_time(crash->uptime, t));
	sh_printf(session->out, "  decision  %s\n",
		  scn_crash_decision(session->world, crash, decision, sizeof(decision)));
}

enum sh_code sh_cmd_crash(struct sh_session *session, unsigned argc, char *const *argv)
{
	int64_t n = 1;

	if (argc > 1 && (!inj_parse_count(argv[1], &n) || n < 1))
		return sh_session_error(session, SH_USAGE,
					"crash: '%s' is no number of `crashes`; the fault is inject crash",
					argv[1]);
	const struct scn_crash *crash = scn_world_crash(session->world, (size_t)n);

	if (crash) {
		put_crash(session, crash);
		return SH_OK;
	}
	if (scn_world_crashes(session->world) == 0) {
		sh_put(session->out, "nobody has died of anything yet\n");
		return SH_OK;
	}
	return sh_session_error(session, SH_USAGE, "crash: there are %zu reports",
				scn_world_crashes(session->world));
}
