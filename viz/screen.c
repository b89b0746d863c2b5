/* screen.c - cells, clipping, and the width of characters. */
#include "screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "utf8.h"

bool viz_screen_resize(struct viz_screen *screen, unsigned width, unsigned height)
{
	struct viz_cell *cells = NULL;

	if (width == screen->width && height == screen->height && screen->cell != NULL)
		return true;
	if (width > 0 && height > 0) {
		cells = calloc((size_t)width * height, sizeof(*cells));
		if (cells == NULL)
			return false;
	}
	free(screen->cell);
	screen->cell = cells;
	screen->width = cells == NULL ? 0 : width;
	screen->height = cells == NULL ? 0 : height;
	viz_screen_clear(screen);
	return true;
}

void viz_screen_fini(struct viz_screen *screen)
{
	free(screen->cell);
	memset(screen, 0, sizeof(*screen));
}

void viz_screen_clear(struct viz_screen *screen)
{
	static const struct viz_cell blank = { .text = " " };

	for (size_t i = 0; i < (size_t)screen->width * screen->height; i++)
		screen->cell[i] = blank;
}

/* --- characters ---------------------------------------------------------------------------------------- */

/* The next piece to draw: its bytes, its columns (0: it combines with the one before). */
static size_t next_piece(const char *text, bool ascii, char out[8], int *columns)
{
	uint32_t code;
	size_t length = viz_utf8_next(text, &code);

	*columns = 1;
	if (length == 0 || !viz_utf8_shown(code) || (ascii && code > 0x7e)) {
		strcpy(out, "?");
		return length == 0 ? 1 : length;
	}
	*columns = code < 0x7f ? 1 : wcwidth((wchar_t)code);
	if (*columns < 0)
		*columns = 1; /* newer than the tables of this machine */
	memcpy(out, text, length);
	out[length] = '\0';
	return length;
}

unsigned viz_width(const char *text)
{
	unsigned width = 0;
	char piece[8];
	int columns;

	for (; *text != '\0'; width += (unsigned)columns)
		text += next_piece(text, false, piece, &columns);
	return width;
}

/* --- drawing ------------------------------------------------------------------------------------------- */

static struct viz_cell *cell_at(const struct viz_screen *screen, unsigned x, unsigned y)
{
	return &screen->cell[(size_t)y * screen->width + x];
}

static void set(const struct viz_screen *screen, unsigned x, unsigned y, unsigned style, const char *piece)
{
	struct viz_cell *cell = cell_at(screen, x, y);

	strcpy(cell->text, piece);
	cell->style = (uint8_t)style;
}

unsigned viz_put(struct viz_screen *screen, unsigned x, unsigned y, unsigned room, unsigned style,
		 const char *text)
{
	unsigned end = x, from = x;

	if (y >= screen->height || x >= screen->width)
		return x;
	if (room > screen->width - x)
		room = screen->width - x;
	end += room;
	while (*text != '\0' && x < end) {
		char piece[8];
		int columns;
		size_t length = next_piece(text, screen->ascii, piece, &columns);

		if (columns == 0) {
			struct viz_cell *before = x > from ? cell_at(screen, x - 1, y) : NULL;

			if (before != NULL && strlen(before->text) + strlen(piece) < sizeof(before->text))
				strcat(before->text, piece);
			text += length;
			continue;
		}
		/* The last column is for what says that there is more. */
		if (x + (unsigned)columns > end ||
		    (x + (unsigned)columns == end && text[length] != '\0' && viz_width(text + length) > 0)) {
			set(screen, x++, y, style, screen->ascii ? "~" : "…");
			break;
		}
		set(screen, x, y, style, piece);
		if (columns == 2)
			set(screen, x + 1, y, style, "");
		x += (unsigned)columns;
		text += length;
	}
	return x;
}

unsigned viz_putf(struct viz_screen *screen, unsigned x, unsigned y, unsigned room, unsigned style,
		  const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return viz_put(screen, x, y, room, style, text);
}

void viz_mark(struct viz_screen *screen, unsigned y, unsigned flag)
{
	for (unsigned x = 0; y < screen->height && x < screen->width; x++)
		cell_at(screen, x, y)->style |= (uint8_t)flag;
}

/* --- as text ------------------------------------------------------------------------------------------- */

static size_t put_line(const struct viz_screen *screen, unsigned y, bool marks, char *out)
{
	static const char mark[] = {
#define X(name, character) character,
		VIZ_STYLE_LIST(X)
#undef X
	};
	size_t length = 0, kept = 0;

	for (unsigned x = 0; x < screen->width; x++) {
		const struct viz_cell *cell = cell_at(screen, x, y);
		char style[2] = { mark[cell->style & ~VIZ_SELECTED], '\0' };
		const char *text = marks ? (cell->style & VIZ_SELECTED) != 0 ? "#" : style : cell->text;

		strcpy(out + length, text);
		length += strlen(text);
		if (strcmp(text, " ") != 0)
			kept = length;
	}
	out[kept] = '\n';
	return kept + 1;
}

char *viz_screen_text(const struct viz_screen *screen, bool styles)
{
	size_t row = (size_t)screen->width * sizeof(screen->cell->text) + 2;
	char *text = malloc(2 * row * (screen->height + 1));
	size_t length = 0;

	if (text == NULL)
		return NULL;
	for (unsigned y = 0; y < screen->height; y++)
		length += put_line(screen, y, false, text + length);
	for (unsigned y = 0; styles && y < screen->height; y++)
		length += put_line(screen, y, true, text + length);
	text[length] = '\0';
	return text;
}
