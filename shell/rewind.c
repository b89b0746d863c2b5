/* rewind.c - a session that goes back: the timeline makes another world, and the session moves there. */
#include "rewind.h"

#include "contain.h"

/* What the session knows of the run is of the world that it is in. */
static enum rt_status follow(struct sh_session *session, enum rt_status status)
{
	enum rt_status entered = sh_session_enter(session, scn_timeline_world(session->timeline));

	return entered != RT_OK ? entered : status;
}

enum sh_code sh_rewind_open(struct sh_session *session)
{
	struct scn_options options = sh_session_options(session);
	struct scn_timeline *timeline = NULL;
	const char *fixed = scn_promise(session->scenario);
	enum rt_status status;

	if (session->timeline)
		return SH_OK;
	/* Its journal is written as it goes, and cannot be wound back. */
	if (session->journal.writer)
		return sh_session_error(session, SH_USAGE,
					"watch: this run is recorded into %s, and a journal cannot be wound "
					"back; `treefall watch %s` winds through it when it is done",
					session->journal.name, session->journal.name);
	if (fixed && session->touched)
		return sh_session_error(session, SH_USAGE,
					"watch: a run that has begun cannot be gone over again: %s; "
					"`load %s` begins another one",
					fixed, session->file);
	/* The seed of this run, whatever was typed since. */
	options.has_seed = true;
	options.seed = rt_seed(scn_world_rt(session->world));
	status = scn_timeline_new(session->scenario, &options, &timeline);
	if (status == RT_OK && !fixed)
		status = scn_timeline_take(timeline, session->world);
	if (status != RT_OK) {
		scn_timeline_free(timeline);
		return sh_session_status(session, status, "watch");
	}
	struct scn_world *old = session->world;
	sh_session_leave(session);
	scn_world_free(old);
	session->timeline = timeline;
	return sh_session_status(session, follow(session, RT_OK), "watch");
}

enum rt_status sh_rewind_take(struct sh_session *session, const struct scn_world *world)
{
	sh_session_leave(session);
	return follow(session, scn_timeline_take(session->timeline, world));
}

enum rt_status sh_rewind_go(struct sh_session *session, uint64_t seq)
{
	sh_session_leave(session);
	return follow(session, scn_timeline_go(session->timeline, seq));
}

enum rt_status sh_rewind_back(struct sh_session *session)
{
	sh_session_leave(session);
	return follow(session, scn_timeline_back(session->timeline));
}

enum rt_status sh_rewind_end(struct sh_session *session)
{
	sh_session_leave(session);
	return follow(session, scn_timeline_end(session->timeline));
}

enum rt_status sh_rewind_undo(struct sh_session *session)
{
	sh_session_leave(session);
	return follow(session, scn_timeline_undo(session->timeline));
}

enum rt_status sh_rewind_switch(struct sh_session *session, unsigned branch)
{
	sh_session_leave(session);
	return follow(session, scn_timeline_switch(session->timeline, branch));
}
