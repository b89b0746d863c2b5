/* output.c - text to people, made safe for terminals; text that is collected; JSON strings. */
#include "output.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "memory.h"

static const char *const style_codes[SH_STYLE_COUNT] = {
	[SH_PLAIN] = "\033[0m", [SH_BOLD] = "\033[1m", [SH_DIM] = "\033[2m",
	[SH_GOOD] = "\033[32m", [SH_BAD] = "\033[31m", [SH_WARN] = "\033[33m",
};

void sh_output_init(struct sh_output *out, FILE *to, enum sh_color color)
{
	*out = (struct sh_output){ .to = to };
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool terminal = isatty(fileno(to)) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
	out->color = color == SH_COLOR_ALWAYS || (color == SH_COLOR_AUTO && terminal);
	out->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
}

size_t sh_output_width(const struct sh_output *out)
{
	struct winsize size;
	int fd = fileno(out->to);
	if (out->width || fd < 0 || !isatty(fd))
		return out->width;
	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void raw(struct sh_output *out, const char *text, size_t length)
{
	if (!length)
		return;
	if (out->before)
		out->before(out->ctx);
	if (fwrite(text, 1, length, out->to) != length)
		out->failed = true;
}

void sh_style(struct sh_output *out, enum sh_style style)
{
	if (out->color)
		raw(out, style_codes[style], strlen(style_codes[style]));
}

/* Control characters, line and paragraph separators, and what turns the direction of writing. */
static bool is_harmful(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f) || c == 0x200e ||
	       c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x61c ||
	       c == 0xfeff;
}

bool sh_is_safe(const char *text)
{
	for (size_t length = strlen(text); length;) {
		uint32_t code;
		size_t n = inj_utf8_next(text, length, &code);
		if (code == INJ_UTF8_BAD || is_harmful(code) || code < 0x20)
			return false;
		text += n;
		length -= n;
	}
	return true;
}

void sh_write(struct sh_output *out, const char *text, size_t length)
{
	size_t plain = 0; /* what comes before `at` from here on is good as it is */
	for (size_t at = 0, n; at < length; at += n) {
		uint32_t code;
		n = inj_utf8_next(text + at, length - at, &code);
		bool bad = code == INJ_UTF8_BAD;
		if (!bad && !is_harmful(code))
			continue;
		raw(out, text + plain, at - plain);
		char escape[16];
		int size = snprintf(escape, sizeof(escape), !bad && code > 0xff ? "\\u%04x" : "\\x%02x",
				    bad ? (unsigned)(unsigned char)text[at] : (unsigned)code);
		raw(out, escape, (size_t)size);
		plain = at + n;
	}
	raw(out, text + plain, length - plain);
}

void sh_put(struct sh_output *out, const char *text)
{
	sh_write(out, text, strlen(text));
}

void sh_styled(struct sh_output *out, enum sh_style style, const char *text)
{
	sh_style(out, style);
	sh_put(out, text);
	sh_style(out, SH_PLAIN);
}

void sh_vprintf(struct sh_output *out, const char *format, va_list args)
{
	char *text;
	int length = vasprintf(&text, format, args);
	if (length < 0)
		return (void)(out->failed = true);
	sh_write(out, text, (size_t)length);
	free(text);
}

void sh_printf(struct sh_output *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	sh_vprintf(out, format, args);
	va_end(args);
}

static bool output_sink(void *ctx, const char *text, size_t length)
{
	struct sh_output *out = ctx;
	sh_write(out, text, length);
	return !out->failed;
}

struct scn_sink sh_output_sink(struct sh_output *out)
{
	return (struct scn_sink){ .write = output_sink, .ctx = out };
}

bool sh_output_flush(struct sh_output *out)
{
	if (fflush(out->to) != 0 || ferror(out->to))
		out->failed = true;
	return !out->failed;
}

char *sh_id_text(const char *id)
{
	char *text = sh_alloc(3 * strlen(id) + 1), *to = text;
	for (const unsigned char *c = (const unsigned char *)id; *c; c++) {
		if (*c < 0x20 || *c == 0x7f)
			to += sprintf(to, "%%%02X", *c);
		else
			*to++ = (char)*c;
	}
	*to = 0;
	return text;
}

size_t sh_width(const char *text)
{
	size_t width = 0;
	for (size_t length = strlen(text), n; length; text += n, length -= n) {
		uint32_t code;
		n = inj_utf8_next(text, length, &code);
		int columns = code != INJ_UTF8_BAD && !is_harmful(code) ? wcwidth((wchar_t)code) : 4;
		width += columns < 0 ? 1 : (size_t)columns;
	}
	return width;
}

void sh_text_add(struct sh_text *text, const char *add, size_t length)
{
	if (text->capacity - text->length <= length) {
		text->capacity = 2 * text->capacity + length + 64;
		text->text = sh_realloc(text->text, text->capacity);
	}
	memcpy(text->text + text->length, add, length);
	text->length += length;
	text->text[text->length] = 0;
}

void sh_text_printf(struct sh_text *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *add;
	int length = vasprintf(&add, format, args);
	va_end(args);
	if (length < 0)
		sh_realloc(NULL, SIZE_MAX);
	sh_text_add(text, add, (size_t)length);
	free(add);
}

static bool text_sink(void *ctx, const char *text, size_t length)
{
	sh_text_add(ctx, text, length);
	return true;
}

struct scn_sink sh_text_sink(struct sh_text *text)
{
	return (struct scn_sink){ .write = text_sink, .ctx = text };
}

static bool file_sink(void *ctx, const char *text, size_t length)
{
	return fwrite(text, 1, length, ctx) == length;
}

struct scn_sink sh_file_sink(FILE *file)
{
	return (struct scn_sink){ .write = file_sink, .ctx = file };
}

void sh_text_fini(struct sh_text *text)
{
	free(text->text);
	*text = (struct sh_text){ 0 };
}

void sh_text_json(struct sh_text *to, const char *text)
{
	static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	sh_text_add(to, "\"", 1);
	for (size_t length = strlen(text), n; length; text += n, length -= n) {
		uint32_t code;
		n = inj_utf8_next(text, length, &code);
		const char *known = code < 0x80 ? strchr(escaped, *text) : NULL;
		if (code == INJ_UTF8_BAD)
			sh_text_add(to, "\xef\xbf\xbd", 3); /* the replacement character */
		else if (known)
			sh_text_printf(to, "\\%c", letters[known - escaped]);
		else if (is_harmful(code))
			sh_text_printf(to, "\\u%04x", (unsigned)code);
		else
			sh_text_add(to, text, n);
	}
	sh_text_add(to, "\"", 1);
}
