/* cmd_world.c - commands that let time pass. */
#include "session.h"

#include <string.h>

#include "player.h"

static enum sh_code over(struct sh_session *session)
{
	return sh_session_error(session, SH_USAGE, "this run is over; `load %s` begins another one",
				session->file);
}

static enum sh_code after_moves(struct sh_session *session, enum rt_status status, const char *what)
{
	sh_session_drain(session);
	if (*session->stop)
		sh_put(session->out, "stopped\n");
	if (status == RT_OK || status == RT_EAGAIN)
		return SH_OK;
	return sh_session_halted(session, status, what);
}

/* Up to its end first, where Ctrl-C only stops the clock; then the judging, which takes no time worth it. */
static enum sh_code run_to_verdict(struct sh_session *session)
{
	const struct scn_scenario *scenario = session->scenario;
	enum rt_status status = RT_OK;
	rt_time last = RT_FOREVER;
	if (scenario->has_duration && scenario->duration < RT_FOREVER - session->up_t)
		last = session->up_t + scenario->duration;
	/* Nothing is done to a tree that was not as it should be. */
	if (scn_world_result(session->world).kind == SCN_HYPOTHESIS)
		status = RT_EAGAIN;
	while (status == RT_OK && !*session->stop)
		status = sh_session_move(session, last);
	if (*session->stop && session->interactive) {
		sh_session_drain(session);
		sh_put(session->out, "stopped; `run` goes on\n");
		return SH_OK;
	}
	status = scn_world_run(session->world, session->stop);
	sh_session_drain(session);
	sh_session_verdict(session);
	return status == RT_OK ? SH_OK : sh_session_status(session, status, "run");
}

enum sh_code sh_cmd_run(struct sh_session *session, unsigned argc, char *const *argv)
{
	if (scn_world_phase(session->world) == SCN_OVER)
		return over(session);
	rt_time duration;
	if (argc > 1 && (!inj_parse_duration(argv[1], &duration) || duration < 0))
		return sh_session_error(session, SH_USAGE, "run: '%s' is not %s", argv[1],
					inj_type_text(INJ_DURATION));
	session->touched = true;
	session->playing = false;
	if (argc == 1)
		return run_to_verdict(session);
	rt_time now = rt_now(scn_world_rt(session->world));
	rt_time until = duration > RT_FOREVER - 1 - now ? RT_FOREVER - 1 : now + duration;
	enum rt_status status = RT_OK;
	while (status == RT_OK && !*session->stop)
		status = sh_session_move(session, until);
	return after_moves(session, status, "run");
}

enum sh_code sh_cmd_step(struct sh_session *session, unsigned argc, char *const *argv)
{
	if (scn_world_phase(session->world) == SCN_OVER)
		return over(session);
	int64_t count = 1;
	if (argc > 1 && (!inj_parse_count(argv[1], &count) || count < 1))
		return sh_session_error(session, SH_USAGE, "step: '%s' is not a whole number from 1 on",
					argv[1]);
	struct rt *rt = scn_world_rt(session->world);
	session->touched = true;
	enum rt_status status = RT_OK;
	while (count-- && status == RT_OK && !*session->stop) {
		/* Setting the clock forward alone is no step. */
		uint64_t steps = rt_steps(rt), seq = rt_seq(rt);
		while (status == RT_OK && !*session->stop && rt_steps(rt) == steps && rt_seq(rt) == seq)
			status = sh_session_move(session, RT_FOREVER);
	}
	if (status == RT_EAGAIN)
		sh_put(session->out, "nothing is left to happen\n");
	return after_moves(session, status, "step");
}

enum sh_code sh_cmd_until(struct sh_session *session, unsigned argc, char *const *argv)
{
	if (scn_world_phase(session->world) == SCN_OVER)
		return over(session);
	unsigned kind = scn_event_find(argv[1]);
	if (kind == RT_EV_NONE) {
		const char *words[64];
		size_t count = 0;
		while (count < 64 && (words[count] = sh_event_word(count, NULL)))
			count++;
		const char *meant = inj_did_you_mean(argv[1], words, count);
		return meant ? sh_session_error(session, SH_USAGE, "until: no event '%s'; did you mean %s?",
						argv[1], meant)
			     : sh_session_error(session, SH_USAGE, "until: no event '%s'; see `help events`",
						argv[1]);
	}
	if (argc > 2 && sh_session_check_path(session, argv[2], true) != SH_OK)
		return SH_USAGE;
	session->touched = true;
	session->until_kind = kind;
	session->until_path = argc > 2 ? argv[2] : NULL;
	enum rt_status status = RT_OK;
	while (status == RT_OK && !*session->stop && !session->until_seq) {
		status = sh_session_move(session, RT_FOREVER);
		sh_session_drain(session);
	}
	if (!session->until_seq && !*session->stop)
		sh_printf(session->out, "nothing is left to happen, and no %s came\n", argv[1]);
	return after_moves(session, status, "until");
}

enum sh_code sh_cmd_play(struct sh_session *session, unsigned argc, char *const *argv)
{
	if (!session->interactive)
		return sh_session_error(session, SH_USAGE,
					"play needs a terminal; `run 5s` lets time pass at once");
	if (scn_world_phase(session->world) == SCN_OVER)
		return over(session);
	uint32_t speed = 1000;
	if (argc > 1 && !sh_player_parse(argv[1], &speed))
		return sh_session_error(session, SH_USAGE,
					"play: '%s' is not a speed such as 0.1x, 1000x or max", argv[1]);
	session->touched = true;
	session->speed_permille = speed;
	session->playing = true;
	return SH_OK;
}

enum sh_code sh_cmd_pause(struct sh_session *session, unsigned argc, char *const *argv)
{
	(void)argc, (void)argv;
	session->playing = false;
	return SH_OK;
}
