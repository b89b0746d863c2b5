/* svg.h - pictures as SVG text.
 *
 * The same picture gives the same bytes everywhere: coordinates are whole numbers of tenths, widths of texts
 * are counted, not measured.  Colours are rules of a style sheet for light and dark; everything that a colour
 * says is said by a shape or a word, too.  Alone, a picture carries the style sheet; within a page, the page
 * has it.
 */
#ifndef VIZ_SVG_H
#define VIZ_SVG_H

#include "lanes.h"
#include "model.h"

/* Where text goes; false: it could not be taken. */
typedef bool viz_write_fn(void *ctx, const char *text, size_t length);
struct viz_svg {
	viz_write_fn *write;
	void *ctx;
	bool within;      /* a page; `id` then parts the pictures of one page */
	const char *id;   /* of the element; letters, digits and dashes */
	bool failed;      /* something could not be written */
};

/* --- the tree ------------------------------------------------------------------------------------------ */

/* A row for each actor, with the branch that it hangs on.  Of more than VIZ_SVG_CHILDREN children of one
 * supervisor the first ones are drawn and those that were restarted, are down or hang; of more than
 * VIZ_SVG_ROWS rows those where something happened, with what is above, and then the others from the top
 * level down.  What is left out is a line "+N". */
#define VIZ_SVG_ROWS 300
#define VIZ_SVG_CHILDREN 40
/* `title` is what a screen reader says first.  RT_ENOMEM; a failed write is in svg->failed. */
enum rt_status viz_svg_tree(struct viz_svg *svg, const struct rt *rt, const struct viz_model *model,
			    const char *title) RT_MUST_CHECK;

/* --- the timeline -------------------------------------------------------------------------------------- */

/* A lane for each actor, from 0 to the end; at most VIZ_SVG_LANES, chosen by viz_lanes_choose().  What lies
 * closer together than can be seen is one bar, and says how many.  If nothing happens in more than the last
 * three quarters, they are left out. */
#define VIZ_SVG_LANES 40
enum rt_status viz_svg_lanes(struct viz_svg *svg, const struct viz_lanes *lanes,
			     const char *title) RT_MUST_CHECK;

/* --- parts --------------------------------------------------------------------------------------------- */

/* Rules for all pictures, to be put between <style> and </style>. */
extern const char *const viz_svg_style;

void viz_svg_raw(struct viz_svg *svg, const char *text);
void viz_svg_printf(struct viz_svg *svg, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As text or as the value of an attribute, in XML and in HTML: what drives a terminal, turns the direction of
 * writing or is no character at all is made visible, as \x1b.  At most so many columns (0: any), the last
 * of which becomes an ellipsis. */
void viz_svg_text(struct viz_svg *svg, const char *text, unsigned columns);
/* Columns that it takes there. */
unsigned viz_svg_columns(const char *text);
/* `1.5s`, exactly; for people. */
char *viz_svg_time(rt_time t, char buf[32]);
/* <svg ...> with a title and, alone, the style; size in pixels.  Then viz_svg_raw("</svg>\n"). */
void viz_svg_begin(struct viz_svg *svg, unsigned width, unsigned height, const char *title,
		   const char *description);

#endif
