/* screen.c - the few sequences that every terminal of today understands. */
#include "screen.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l" /* the other screen, no cursor */
#define LEAVE "\033[?25h\033[?1049l"
#define HOME  "\033[H"
#define REST  "\033[K" /* clear what is behind on this line ... */
#define BELOW "\033[J" /* ... and all that is below */

static void put(const struct sh_screen *screen, const char *sequence)
{
	if (fputs(sequence, screen->out->to) < 0)
		screen->out->failed = true;
}

void sh_screen_open(struct sh_screen *screen, struct sh_output *out)
{
	screen->out = out;
	put(screen, ENTER);
}

void sh_screen_close(struct sh_screen *screen)
{
	if (!screen->out)
		return;
	put(screen, LEAVE);
	(void)sh_output_flush(screen->out);
	screen->out = NULL;
}

void sh_screen_size(const struct sh_screen *screen, unsigned *rows, unsigned *columns)
{
	struct winsize size;

	*rows = 24;
	*columns = 80;
	if (ioctl(fileno(screen->out->to), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
		return;
	*rows = size.ws_row;
	*columns = size.ws_col;
}

/* Bytes of a line that take at most so many columns. */
static size_t fitting(const char *line, size_t length, unsigned columns)
{
	char part[8];
	size_t used = 0, at = 0;

	while (at < length) {
		size_t bytes = 1;

		while (at + bytes < length && bytes < 4 && ((unsigned char)line[at + bytes] & 0xc0) == 0x80)
			bytes++;
		memcpy(part, line + at, bytes);
		part[bytes] = '\0';
		used += sh_width(part);
		if (used > columns)
			break;
		at += bytes;
	}
	return at;
}

void sh_screen_draw(struct sh_screen *screen, const char *text)
{
	unsigned rows, columns;

	sh_screen_size(screen, &rows, &columns);
	put(screen, HOME);
	for (unsigned row = 0; *text && row < rows; row++) {
		size_t length = strcspn(text, "\n");

		/* No line feed behind the last one: it would move everything up. */
		if (row > 0)
			put(screen, "\r\n");
		sh_write(screen->out, text, fitting(text, length, columns));
		put(screen, REST);
		text += length + (text[length] == '\n');
	}
	put(screen, BELOW);
	(void)sh_output_flush(screen->out);
}
