/* watch_run.h - the live tree on the terminal. */
#ifndef SHELL_WATCH_RUN_H
#define SHELL_WATCH_RUN_H

#include "session.h"

struct sh_watching {
	uint32_t speed; /* in thousandths; 0: as fast as it goes */
	bool paused;    /* at the beginning */
	bool plain;     /* lines instead of pictures */
};

/* Does the terminal have no cursor to move?  Then it is told in lines. */
bool sh_watch_is_dumb(void);
/* Could it be shown here?  Otherwise why not is printed. */
enum sh_code sh_watch_can(struct sh_output *err);
/* watch_plain.c: the same in lines. */
enum sh_code sh_watch_plain(struct sh_session *session, const struct sh_watching *watching);
/* Until somebody leaves; the session goes on where it was left. */
enum sh_code sh_watch_run(struct sh_session *session, const struct sh_watching *watching);

#endif
