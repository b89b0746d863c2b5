/* frame.h - a whole screen: a title, a view, a line about time, the keys that matter now.
 *
 * Everything that is drawn is in struct viz_frame; drawing changes nothing of the run.
 */
#ifndef VIZ_FRAME_H
#define VIZ_FRAME_H

#include "model.h"
#include "screen.h"

/* Lines of text that somebody else has: events, a report, an explanation.  Line `n` from 0 on into `buf`;
 * false: there are not so many.  *style is VIZ_PLAIN before. */
typedef bool viz_line_fn(void *ctx, uint64_t n, char *buf, size_t size, unsigned *style);

struct viz_frame {
	/* what is looked at */
	const char *title; /* of the scenario or the journal */
	const struct rt *rt;
	struct viz_model *model;
	rt_time up;        /* times are shown from here on */

	/* where one is */
	rt_time now, end; /* of the run so far */
	uint64_t seq, last;
	bool paused, past; /* past: behind the end of what was seen */
	const char *speed; /* "1x", "max" */
	unsigned branch, branches, deeds;
	rt_time flash;     /* what happened within so much virtual time is shown as new */

	/* the tree */
	rt_place selected; /* 0: the root */
	uint32_t top;      /* row on the first line of the view */
	bool follow;
	const char *filter, *sort;

	/* instead of the tree: lines, from `first` on */
	const char *view; /* its name; null: the tree */
	viz_line_fn *line;
	void *line_ctx;
	uint64_t first, lines; /* lines: how many there are */

	const char *message; /* below; null: the keys */
	const char *prompt;  /* being typed: what for, and what so far; null: nothing is */
	const char *typed;
	size_t typed_at; /* bytes before the cursor */
};

/* Lines that the view has on a screen of this height. */
unsigned viz_frame_body(unsigned height);
/* Put the selection onto the screen: frame->top is changed if it has to be. */
void viz_frame_scroll(struct viz_frame *frame, unsigned height);
void viz_frame_draw(const struct viz_frame *frame, struct viz_screen *screen);

/* The rows of the tree and nothing else, from row `top` on, in the lines from `y` on. */
void viz_tree_draw(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, unsigned lines);

#endif
