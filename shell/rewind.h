/* rewind.h - a session's run as one in which one can go back. */
#ifndef SHELL_REWIND_H
#define SHELL_REWIND_H

#include "session.h"

/* From now on one can go back in the loaded run, to all that was done so far, too: the session's timeline has
 * its world.  Does nothing where it is so already.  Where one cannot go back (scn_timeline_fixed()) only a
 * run to which nothing was done is taken.  Errors are printed. */
enum sh_code sh_rewind_open(struct sh_session *session);
/* The same of a journal's run: what was done there is done to the loaded scenario, which is the journal's. */
enum rt_status sh_rewind_take(struct sh_session *session, const struct scn_world *world) RT_MUST_CHECK;

/* As the functions of scenarios/timeline.h; the session goes along. */
enum rt_status sh_rewind_go(struct sh_session *session, uint64_t seq) RT_MUST_CHECK;
enum rt_status sh_rewind_back(struct sh_session *session) RT_MUST_CHECK;
enum rt_status sh_rewind_end(struct sh_session *session) RT_MUST_CHECK;
enum rt_status sh_rewind_undo(struct sh_session *session) RT_MUST_CHECK;
enum rt_status sh_rewind_switch(struct sh_session *session, unsigned branch) RT_MUST_CHECK;

#endif
