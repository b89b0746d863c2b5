/* screen.h - a picture on a terminal that is drawn again and again.
 *
 * It has a screen of its own, so that what was there before is there again afterwards, and each line is
 * written over the old one, so that nothing flickers.
 */
#ifndef SHELL_SCREEN_H
#define SHELL_SCREEN_H

#include "output.h"

struct sh_screen {
	struct sh_output *out; /* null: not open */
};

void sh_screen_open(struct sh_screen *screen, struct sh_output *out);
void sh_screen_close(struct sh_screen *screen); /* also of one that is not open */
/* How many lines and columns there are now. */
void sh_screen_size(const struct sh_screen *screen, unsigned *rows, unsigned *columns);
/* Lines and ends of lines that have no room are left out. */
void sh_screen_draw(struct sh_screen *screen, const char *text);

#endif
