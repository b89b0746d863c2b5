/* picture.h - a picture on a terminal that is drawn again and again.
 *
 * It has a screen of its own, so that what was there before is there again afterwards, and each line is
 * written over the old one, so that nothing flickers.
 */
#ifndef SHELL_PICTURE_H
#define SHELL_PICTURE_H

#include "output.h"

struct sh_picture {
	struct sh_output *out; /* null: not open */
};

void sh_picture_open(struct sh_picture *picture, struct sh_output *out);
void sh_picture_close(struct sh_picture *picture); /* also of one that is not open */
/* How many lines and columns there are now. */
void sh_picture_size(const struct sh_picture *picture, unsigned *rows, unsigned *columns);
/* Lines and ends of lines that have no room are left out. */
void sh_picture_draw(struct sh_picture *picture, const char *text);

#endif
