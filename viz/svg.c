/* svg.c - what all pictures have: their frame, their colours, texts made harmless. */
#include "svg.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

/* Pairs of light and dark; contrast of text to paper at least 4.5 to 1. */
const char *const viz_svg_style =
	".tf{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}\n"
	".tf text{fill:#1f2328;white-space:pre}.tf .b{font-weight:700}.tf .s{font-size:11px}\n"
	".tf text.d{fill:#59636e}.tf text.g{fill:#116329}.tf text.w{fill:#7d4e00}.tf text.r{fill:#b3131f}\n"
	".tf .e{text-anchor:end}.tf .m{text-anchor:middle}\n"
	".tf .paper{fill:#fff}.tf .line{fill:none;stroke:#a6afb9}.tf .grid{stroke:#e3e8ed}\n"
	".tf .box{fill:#f6f8fa;stroke:#c4ccd4}.tf .sup{fill:#e7f1fd;stroke:#6ea8e6}\n"
	".tf .good{fill:#1a7f37}.tf .bad{fill:#cf222e}.tf .warn{fill:#b67100}.tf "
	".off{fill:none;stroke:#59636e;stroke-width:2}\n"
	".tf .ran{fill:#a8dab5;stroke:#1a7f37}.tf .fell{fill:#f6c3c4;stroke:#cf222e}.tf "
	".many{fill:#f3d9a4;stroke:#9a6700}\n"
	".tf .hung{fill:#7d4e00;fill-opacity:.35}.tf .fault{fill:#7a3fc0;stroke:#fff}.tf "
	".up{stroke:#cf222e;stroke-width:2;fill:none}\n"
	".tf .heat{fill:#d9822b}.tf .odd{fill:#8c959f;fill-opacity:.08}\n"
	"@media(prefers-color-scheme:dark){.tf text{fill:#e6edf3}.tf text.d{fill:#a3acb6}.tf "
	"text.g{fill:#56d364}"
	".tf text.w{fill:#e3b341}.tf text.r{fill:#ff8f87}\n"
	".tf .paper{fill:#0d1117}.tf .line{stroke:#5b6570}.tf .grid{stroke:#262c34}"
	".tf .box{fill:#161b22;stroke:#444c56}.tf .sup{fill:#12243a;stroke:#3d74b8}\n"
	".tf .good{fill:#3fb950}.tf .bad{fill:#f85149}.tf .warn{fill:#d29922}.tf .off{stroke:#a3acb6}"
	".tf .ran{fill:#1d4428;stroke:#3fb950}.tf .fell{fill:#5a1e20;stroke:#f85149}"
	".tf .many{fill:#4d3a10;stroke:#d29922}\n"
	".tf .hung{fill:#e3b341}.tf .fault{fill:#c39bff;stroke:#0d1117}.tf .up{stroke:#f85149}}\n";

void viz_svg_raw(struct viz_svg *svg, const char *text)
{
	if (!svg->failed && !svg->write(svg->ctx, text, strlen(text)))
		svg->failed = true;
}

void viz_svg_printf(struct viz_svg *svg, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	viz_svg_raw(svg, text);
}

/* --- texts --------------------------------------------------------------------------------------------- */

/* Scripts whose characters are twice as wide; the same on every machine. */
static bool is_wide(uint32_t code)
{
	return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
	       (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
	       (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
	       (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd);
}

/* The next piece: what to write for it, its columns; returns its bytes. */
static size_t next_piece(const char *text, char out[16], unsigned *columns)
{
	uint32_t code;
	size_t length = viz_utf8_next(text, &code);
	static const struct {
		char c;
		const char *entity;
	} entities[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" }
	};

	*columns = 1;
	if (length == 0 || (!viz_utf8_shown(code) && code != '\n' && code != '\t')) {
		*columns = (unsigned)snprintf(out, 16, length > 0 && code > 0xff ? "\\u%04x" : "\\x%02x",
					      length > 0 ? (unsigned)code : (unsigned)(unsigned char)*text);
		return length == 0 ? 1 : length;
	}
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (*text == entities[i].c) {
			strcpy(out, entities[i].entity);
			return 1;
		}
	}
	*columns = is_wide(code) ? 2 : 1;
	memcpy(out, text, length);
	out[length] = '\0';
	return length;
}

unsigned viz_svg_columns(const char *text)
{
	unsigned columns = 0, more;
	char piece[16];

	for (; *text != '\0'; columns += more)
		text += next_piece(text, piece, &more);
	return columns;
}

void viz_svg_text(struct viz_svg *svg, const char *text, unsigned columns)
{
	bool cut = columns > 0 && viz_svg_columns(text) > columns;
	unsigned used = 0, more;
	char piece[16];

	while (*text != '\0') {
		text += next_piece(text, piece, &more);
		used += more;
		if (cut && used > columns - 1)
			break;
		viz_svg_raw(svg, piece);
	}
	if (cut)
		viz_svg_raw(svg, "…");
}

char *viz_svg_time(rt_time t, char buf[32])
{
	int length = snprintf(buf, 32, "%" PRId64 ".%09" PRId64, t / RT_SECOND, t % RT_SECOND);

	while (buf[length - 1] == '0')
		length--;
	if (buf[length - 1] == '.')
		length--;
	strcpy(buf + length, "s");
	return buf;
}

/* --- frame --------------------------------------------------------------------------------------------- */

void viz_svg_begin(struct viz_svg *svg, unsigned width, unsigned height, const char *title,
		   const char *description)
{
	viz_svg_printf(svg,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tf\" role=\"img\" "
		       "viewBox=\"0 0 %u %u\" width=\"%u\" height=\"%u\" aria-labelledby=\"%s-t %s-d\">\n",
		       width, height, width, height, svg->id, svg->id);
	viz_svg_printf(svg, "<title id=\"%s-t\">", svg->id);
	viz_svg_text(svg, title, 0);
	viz_svg_printf(svg, "</title>\n<desc id=\"%s-d\">", svg->id);
	viz_svg_text(svg, description, 0);
	viz_svg_raw(svg, "</desc>\n");
	if (svg->within)
		return;
	viz_svg_raw(svg, "<style>\n");
	viz_svg_raw(svg, viz_svg_style);
	viz_svg_raw(svg, "</style>\n");
	viz_svg_printf(svg, "<rect class=\"paper\" width=\"%u\" height=\"%u\"/>\n", width, height);
}
