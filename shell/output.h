/* output.h - text to people: colours, and nothing in it that could drive a terminal.
 *
 * Ids, reasons and texts of files come from anywhere.  Whatever is written goes through here, where control
 * characters, bad UTF-8 and marks that turn the direction of writing become visible (\x1b); the only escape
 * sequences that come out are those of sh_style.
 */
#ifndef SHELL_OUTPUT_H
#define SHELL_OUTPUT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "runtime/types.h"
#include "scenarios/scenario.h"

enum sh_color { SH_COLOR_AUTO, SH_COLOR_ALWAYS, SH_COLOR_NEVER };
enum sh_style { SH_PLAIN, SH_BOLD, SH_DIM, SH_GOOD, SH_BAD, SH_WARN, SH_STYLE_COUNT };

struct sh_output {
	FILE *to;
	bool color;
	bool utf8;   /* box drawing and the like are understood */
	bool failed; /* something could not be written */
	size_t width; /* of the terminal, in columns; 0: it is none, or see sh_output_width() */
	/* Called before anything is written; may be null. */
	void (*before)(void *ctx);
	void *ctx;
};

/* AUTO: on a terminal that is not dumb, unless NO_COLOR is set. */
void sh_output_init(struct sh_output *out, FILE *to, enum sh_color color);

/* Columns that a line may have; 0: as many as it needs, for nobody looks at it but another program. */
size_t sh_output_width(const struct sh_output *out);

void sh_style(struct sh_output *out, enum sh_style style);
void sh_put(struct sh_output *out, const char *text);
void sh_write(struct sh_output *out, const char *text, size_t length);
void sh_printf(struct sh_output *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sh_vprintf(struct sh_output *out, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
void sh_styled(struct sh_output *out, enum sh_style style, const char *text);
struct scn_sink sh_output_sink(struct sh_output *out);

/* One line of well-formed text that a terminal shows as it is. */
bool sh_is_safe(const char *text);

/* False if anything was lost so far. */
bool sh_output_flush(struct sh_output *out);

/* An id as it can stand within a line: control characters are written as in a path, `%0A`.  Freed by the
 * caller. */
char *sh_id_text(const char *id);

/* Columns that the text takes on a terminal. */
size_t sh_width(const char *text);

/* Text that is collected. */
struct sh_text {
	char *text; /* ended by 0; null while empty */
	size_t length, capacity;
};
void sh_text_add(struct sh_text *text, const char *add, size_t length);
void sh_text_printf(struct sh_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct scn_sink sh_text_sink(struct sh_text *text);
/* A file as it is, for what machines read. */
struct scn_sink sh_file_sink(FILE *file);
void sh_text_fini(struct sh_text *text);

/* A JSON string, quotes included. */
void sh_text_json(struct sh_text *to, const char *text);

#endif
