/* screen.h - a picture made of characters, without a terminal.
 *
 * Views draw into it, tests read it as text, terminal.c shows it.  A cell is one column; a wide character
 * takes two, the second one empty.  Drawing outside is clipped.
 */
#ifndef VIZ_SCREEN_H
#define VIZ_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a piece of text is, not what it looks like: C name, word in pictures for tests. */
#define VIZ_STYLE_LIST(X)                                                                                    \
	X(VIZ_PLAIN, ' ')                                                                                    \
	X(VIZ_DIM, '.')                                                                                      \
	X(VIZ_BOLD, 'b')                                                                                     \
	X(VIZ_GOOD, '+')                                                                                     \
	X(VIZ_WARN, '!')                                                                                     \
	X(VIZ_BAD, 'x')                                                                                      \
	X(VIZ_FLASH, '*')                                                                                    \
	X(VIZ_TITLE, '=')
enum viz_style {
#define X(name, mark) name,
	VIZ_STYLE_LIST(X)
#undef X
	VIZ_STYLES
};
#define VIZ_SELECTED 0x80u /* or-ed to a style: the row that is selected */

struct viz_cell {
	char text[8]; /* one character and what combines with it, as UTF-8; empty: the second half of a wide
			 one */
	uint8_t style;
};
struct viz_screen {
	unsigned width, height;
	bool ascii; /* no other characters are to be drawn */
	struct viz_cell *cell;
};

/* False: no memory, and nothing has changed.  Initialise with zeroes before the first time. */
bool viz_screen_resize(struct viz_screen *screen, unsigned width, unsigned height);
void viz_screen_fini(struct viz_screen *screen);
void viz_screen_clear(struct viz_screen *screen);

/* Text from this column on, at most `room` columns of it; where it does not fit, its last column becomes an
 * ellipsis.  Control characters and bad UTF-8 are drawn as `?`.  Returns the column behind it. */
unsigned viz_put(struct viz_screen *screen, unsigned x, unsigned y, unsigned room, unsigned style,
		 const char *text);
unsigned viz_putf(struct viz_screen *screen, unsigned x, unsigned y, unsigned room, unsigned style,
		  const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The style of a whole row, without changing its text. */
void viz_mark(struct viz_screen *screen, unsigned y, unsigned flag);
/* Columns that a text takes. */
unsigned viz_width(const char *text);

/* As lines, blanks at their ends left out; with `styles` a second picture of the marks below.  Freed by the
 * caller; null: no memory. */
char *viz_screen_text(const struct viz_screen *screen, bool styles);

#endif
