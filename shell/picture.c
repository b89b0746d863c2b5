/* picture.c - the few sequences that every terminal of today understands. */
#include "picture.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l" /* the other screen, no cursor */
#define LEAVE "\033[?25h\033[?1049l"
#define HOME  "\033[H"
#define REST  "\033[K" /* clear what is behind on this line ... */
#define BELOW "\033[J" /* ... and all that is below */

static void put(const struct sh_picture *picture, const char *sequence)
{
	if (fputs(sequence, picture->out->to) < 0)
		picture->out->failed = true;
}

void sh_picture_open(struct sh_picture *picture, struct sh_output *out)
{
	picture->out = out;
	put(picture, ENTER);
}

void sh_picture_close(struct sh_picture *picture)
{
	if (!picture->out)
		return;
	put(picture, LEAVE);
	(void)sh_output_flush(picture->out);
	picture->out = NULL;
}

void sh_picture_size(const struct sh_picture *picture, unsigned *rows, unsigned *columns)
{
	struct winsize size;

	*rows = 24;
	*columns = 80;
	if (ioctl(fileno(picture->out->to), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
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

void sh_picture_draw(struct sh_picture *picture, const char *text)
{
	unsigned rows, columns;

	sh_picture_size(picture, &rows, &columns);
	put(picture, HOME);
	for (unsigned row = 0; *text && row < rows; row++) {
		size_t length = strcspn(text, "\n");

		/* No line feed behind the last one: it would move everything up. */
		if (row > 0)
			put(picture, "\r\n");
		sh_write(picture->out, text, fitting(text, length, columns));
		put(picture, REST);
		text += length + (text[length] == '\n');
	}
	put(picture, BELOW);
	(void)sh_output_flush(picture->out);
}
