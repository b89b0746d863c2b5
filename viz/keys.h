/* keys.h - the keys of the live tree: one table, from which the help screen and the footer are printed.
 *
 * What moves about on the screen viz/ does by itself; what changes the run is for whoever runs it.
 */
#ifndef VIZ_KEYS_H
#define VIZ_KEYS_H

#include <stdbool.h>

/* Keys that are no characters. */
enum viz_code {
	VIZ_UP = 0x110000, /* beyond the last character */
	VIZ_DOWN,
	VIZ_LEFT,
	VIZ_RIGHT,
	VIZ_PAGE_UP,
	VIZ_PAGE_DOWN,
	VIZ_HOME,
	VIZ_END,
	VIZ_ENTER,
	VIZ_ESCAPE,
	VIZ_BACKSPACE,
	VIZ_TAB,
	VIZ_RESIZE,
	VIZ_CLICK,
	VIZ_WHEEL_UP,
	VIZ_WHEEL_DOWN,
	VIZ_GONE, /* the terminal is */
	VIZ_NO_KEY
};

/* C name, key, second key (0: none), how it is written, what it is about, when the footer shows it and what
 * it calls it there (nothing: it stands with the next one), help.  In the order of how much they matter. */
#define VIZ_KEY_LIST(X)                                                                                      \
	X(VIZ_DO_HELP, '?', 0, "?", VIZ_GO, VIZ_EVERYWHERE, "help", "this list") \
	X(VIZ_DO_QUIT, 'q', VIZ_ESCAPE, "q", VIZ_GO, VIZ_EVERYWHERE, "quit", "back, then quit; Esc goes back only") \
	X(VIZ_DO_PAUSE, ' ', 0, "Space", VIZ_TIME, VIZ_EVERYWHERE, "run", "pause or run the world") \
	X(VIZ_DO_FORWARD, '.', 0, ".", VIZ_TIME, VIZ_EVERYWHERE | VIZ_PAUSED, "", "one event forward") \
	X(VIZ_DO_BACK, ',', 0, ",", VIZ_TIME, VIZ_EVERYWHERE | VIZ_PAUSED, "step", "one event back") \
	X(VIZ_DO_PREVIOUS, '[', 0, "[", VIZ_TIME, VIZ_IN_TREE | VIZ_PAUSED, "", "to the restart before") \
	X(VIZ_DO_NEXT, ']', 0, "]", VIZ_TIME, VIZ_IN_TREE | VIZ_PAUSED, "restart", "to the next restart") \
	X(VIZ_DO_START, 'g', 0, "g", VIZ_TIME, VIZ_NEVER, "", "to the start of the run") \
	X(VIZ_DO_LIVE, 'G', 0, "G", VIZ_TIME, VIZ_EVERYWHERE | VIZ_PAST, "now", "to now") \
	X(VIZ_DO_FASTER, '+', '=', "+", VIZ_TIME, VIZ_EVERYWHERE | VIZ_RUNNING, "", "faster") \
	X(VIZ_DO_SLOWER, '-', 0, "-", VIZ_TIME, VIZ_EVERYWHERE | VIZ_RUNNING, "speed", "slower") \
	X(VIZ_DO_INJECT, 'x', 0, "x", VIZ_DEED, VIZ_IN_TREE, "inject", "inject a fault into the selected actor") \
	X(VIZ_DO_UNDO, 'u', 0, "u", VIZ_DEED, VIZ_IN_TREE | VIZ_DONE, "undo", "undo my last injection") \
	X(VIZ_DO_BRANCHES, 'b', 0, "b", VIZ_DEED, VIZ_IN_TREE | VIZ_FORKED, "branches", "branches of the run") \
	X(VIZ_DO_COMMAND, ':', 0, ":", VIZ_DEED, VIZ_IN_TREE, "command", "a command of the shell") \
	X(VIZ_DO_WHY, 'w', 0, "w", VIZ_LOOK, VIZ_IN_TREE | VIZ_IN_LINES, "why", \
	  "why: what led to the state of the selected actor, or to the selected event") \
	X(VIZ_DO_DETAILS, VIZ_ENTER, 0, "Enter", VIZ_LOOK, VIZ_IN_TREE | VIZ_IN_LINES, "details", "all about the selected actor") \
	X(VIZ_DO_LANES, 't', 0, "t", VIZ_LOOK, VIZ_IN_TREE, "timeline", "timeline: a lane for each actor, from the selected one on") \
	X(VIZ_DO_SORT, 's', 0, "s", VIZ_LOOK, VIZ_IN_TREE, "sort", "list by restarts, by mailbox, by memory; and the tree again") \
	X(VIZ_DO_SEARCH, '/', 0, "/", VIZ_FIND, VIZ_IN_TREE, "search", "search; n and N for the next and the one before") \
	X(VIZ_DO_AGAIN, 'n', 0, "n", VIZ_FIND, VIZ_NEVER, "", "the next that was searched for") \
	X(VIZ_DO_AGAIN_BACK, 'N', 0, "N", VIZ_FIND, VIZ_NEVER, "", "the one before") \
	X(VIZ_DO_FILTER, '\\', 0, "\\", VIZ_FIND, VIZ_IN_TREE, "filter", "show only paths that contain a text, and what is above") \
	X(VIZ_DO_FOLLOW, 'F', 0, "F", VIZ_FIND, VIZ_IN_TREE, "follow", "keep the selected actor in sight, across its restarts") \
	X(VIZ_DO_UP, 'k', VIZ_UP, "k", VIZ_MOVE, VIZ_IN_TEXT, "", "up, as the arrow") \
	X(VIZ_DO_DOWN, 'j', VIZ_DOWN, "j", VIZ_MOVE, VIZ_IN_TEXT, "scroll", "down, as the arrow") \
	X(VIZ_DO_FOLD, VIZ_LEFT, 'h', "<-", VIZ_MOVE, VIZ_IN_LINES, "fold", "fold, or to the supervisor; of an event, to its cause") \
	X(VIZ_DO_UNFOLD, VIZ_RIGHT, 'l', "->", VIZ_MOVE, VIZ_NEVER, "", "unfold") \
	X(VIZ_DO_PAGE_UP, VIZ_PAGE_UP, 0, "PageUp", VIZ_MOVE, VIZ_NEVER, "", "a screen up") \
	X(VIZ_DO_PAGE_DOWN, VIZ_PAGE_DOWN, 0, "PageDown", VIZ_MOVE, VIZ_NEVER, "", "a screen down") \
	X(VIZ_DO_TOP, VIZ_HOME, 0, "Home", VIZ_MOVE, VIZ_NEVER, "", "to the root") \
	X(VIZ_DO_BOTTOM, VIZ_END, 0, "End", VIZ_MOVE, VIZ_NEVER, "", "to the last row")

/* Where the footer shows a key, and what else has to be the case. */
enum viz_when {
	VIZ_NEVER,
	VIZ_IN_TREE = 1,
	VIZ_IN_LINES = 2, /* of which one is selected */
	VIZ_IN_TEXT = 4,
	VIZ_EVERYWHERE = 7,
	VIZ_PAUSED = 8,
	VIZ_RUNNING = 16,
	VIZ_PAST = 32,
	VIZ_DONE = 64,   /* something was done */
	VIZ_FORKED = 128 /* there are branches */
};
#define VIZ_ABOUT_LIST(X)                                                                                    \
	X(VIZ_TIME, "Time")                                                                                  \
	X(VIZ_DEED, "Doing")                                                                                 \
	X(VIZ_LOOK, "Looking")                                                                               \
	X(VIZ_FIND, "Finding")                                                                               \
	X(VIZ_MOVE, "Moving about")                                                                          \
	X(VIZ_GO, "Help, and out")
enum viz_about {
#define X(name, title) name,
	VIZ_ABOUT_LIST(X)
#undef X
	VIZ_ABOUTS
};
enum viz_do {
#define X(name, key, other, text, about, when, label, help) name,
	VIZ_KEY_LIST(X)
#undef X
	VIZ_DO_VIEW, /* 1 to 9: a view, see viz_key_find() */
	VIZ_DO_NOTHING,
	VIZ_KEYS = VIZ_DO_VIEW
};
struct viz_key {
	int key, other;
	const char *text; /* how it is written */
	enum viz_about about;
	unsigned when;
	const char *label, *help;
};
extern const struct viz_key viz_keys[VIZ_KEYS];
extern const char *const viz_abouts[VIZ_ABOUTS]; /* titles */

/* What a key stands for; of a digit from 1 to 9 VIZ_DO_VIEW with `*view` counted from 0. */
enum viz_do viz_key_find(int key, unsigned *view);

#endif
