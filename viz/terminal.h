/* terminal.h - a picture on the terminal, and its keys: the one file that knows ncurses.
 *
 * There is one terminal, so there are no arguments for which.  It is given back however the program ends: on
 * viz_terminal_close(), at exit(), on SIGQUIT, and by viz_terminal_restore() from a handler of whoever dies
 * of another signal.
 */
#ifndef VIZ_TERMINAL_H
#define VIZ_TERMINAL_H

#include "keys.h"
#include "screen.h"

/* Was this built with ncurses? */
bool viz_terminal_built(void);
/* Null: it is open, and *ascii says whether nothing else should be drawn.  Otherwise why not, in words. */
const char *viz_terminal_open(bool color, bool *ascii);
void viz_terminal_close(void); /* does nothing if it is not open */
/* The same, rough but fit for a signal handler. */
void viz_terminal_restore(void);

void viz_terminal_size(unsigned *width, unsigned *height);
/* Only what is otherwise than in the picture before is sent. */
void viz_terminal_show(const struct viz_screen *screen);
/* All of it again, whatever is there now. */
void viz_terminal_redraw(void);

/* The next key, a character or an enum viz_code; VIZ_NO_KEY if none came within `timeout_ms`, or a signal
 * did.  Of VIZ_CLICK and the wheel also where. */
int viz_terminal_key(int timeout_ms, unsigned *x, unsigned *y);

#endif
