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
	bool fixed;        /* one cannot go back */
	const char *speed; /* "1x", "max" */
	unsigned branch, branches, deeds;
	rt_time flash;     /* what happened within so much virtual time is shown as new */

	/* the tree */
	rt_place selected; /* 0: the root */
	uint32_t top;      /* row on the first line of the view */
	bool follow;
	const char *filter;
	/* How long handlers take at a place, in ns, as whoever looks on has measured; -1: not known.  Null:
	 * nobody looks on, and there is no column. */
	int64_t (*handler)(void *ctx, rt_place place);
	void *handler_ctx;

	/* instead of the tree: lines, from `first` on */
	const char *view; /* its name; null: the tree */
	viz_line_fn *line;
	void *line_ctx;
	uint64_t first, lines; /* lines: how many there are */
	bool picks;            /* one of the lines is selected */
	const char *enter;     /* what Enter does with it; null: nothing */
	const char *left;      /* the same of the left arrow */
	/* Below them, if there is room, so many lines about the one that is selected. */
	viz_line_fn *aside;
	unsigned aside_room;

	const char *message; /* below; null: the keys */
	const char *prompt;  /* being typed: what for, and what so far; null: nothing is */
	const char *typed;
	size_t typed_at; /* bytes before the cursor */
};

/* Lines that the view has on a screen of this height; and those of them that are not the aside's. */
unsigned viz_frame_body(unsigned height);
unsigned viz_frame_list(const struct viz_frame *frame, unsigned height);
/* Put the selection onto the screen: frame->top is changed if it has to be. */
void viz_frame_scroll(struct viz_frame *frame, unsigned height);
void viz_frame_draw(const struct viz_frame *frame, struct viz_screen *screen);

/* A row in words, for those who do not see it; like snprintf. */
void viz_tree_say(const struct viz_frame *frame, rt_place place, char *buf, size_t size);

/* What the signs before the names mean. */
struct viz_sign {
	const char *sign, *ascii, *help;
};
extern const struct viz_sign viz_signs[];
extern const unsigned viz_signs_count;

/* The rows of the tree and nothing else, from row `top` on, in the lines from `y` on. */
void viz_tree_draw(const struct viz_frame *frame, struct viz_screen *screen, unsigned y, unsigned lines);

#endif
