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

/* C name, key, second key (0: none), how it is written, when the footer shows it and what it calls it, help.
 */
#define VIZ_KEY_LIST(X)                                                                                      \
	X(VIZ_DO_HELP, '?', 0, "?", VIZ_ALWAYS, "help", "this list") \
	X(VIZ_DO_QUIT, 'q', VIZ_ESCAPE, "q", VIZ_ALWAYS, "quit", "back, then quit") \
	X(VIZ_DO_PAUSE, ' ', 0, "Space", VIZ_ALWAYS, "pause/run", "pause or run the world") \
	X(VIZ_DO_INJECT, 'x', 0, "x", VIZ_ALWAYS, "inject", "inject a fault into the selected actor") \
	X(VIZ_DO_FORWARD, '.', 0, ".", VIZ_PAUSED, "step", "one event forward") \
	X(VIZ_DO_BACK, ',', 0, ",", VIZ_PAUSED, "back", "one event back") \
	X(VIZ_DO_PREVIOUS, '[', 0, "[", VIZ_PAUSED, "previous", "to the restart before") \
	X(VIZ_DO_NEXT, ']', 0, "]", VIZ_PAUSED, "next restart", "to the next restart") \
	X(VIZ_DO_START, 'g', 0, "g", VIZ_PAST, "start", "to the start of the run") \
	X(VIZ_DO_LIVE, 'G', 0, "G", VIZ_PAST, "now", "to now") \
	X(VIZ_DO_UNDO, 'u', 0, "u", VIZ_DONE, "undo", "undo my last injection") \
	X(VIZ_DO_WHY, 'w', 0, "w", VIZ_ALWAYS, "why", "why: what led to the state of the selected actor") \
	X(VIZ_DO_DETAILS, VIZ_ENTER, 0, "Enter", VIZ_ALWAYS, "details", "all about the selected actor") \
	X(VIZ_DO_UP, 'k', VIZ_UP, "k", VIZ_NEVER, "", "up") \
	X(VIZ_DO_DOWN, 'j', VIZ_DOWN, "j", VIZ_NEVER, "", "down") \
	X(VIZ_DO_FOLD, VIZ_LEFT, 'h', "<-", VIZ_NEVER, "", "fold, or to the supervisor") \
	X(VIZ_DO_UNFOLD, VIZ_RIGHT, 'l', "->", VIZ_NEVER, "", "unfold") \
	X(VIZ_DO_PAGE_UP, VIZ_PAGE_UP, 0, "PageUp", VIZ_NEVER, "", "a screen up") \
	X(VIZ_DO_PAGE_DOWN, VIZ_PAGE_DOWN, 0, "PageDown", VIZ_NEVER, "", "a screen down") \
	X(VIZ_DO_TOP, VIZ_HOME, 0, "Home", VIZ_NEVER, "", "to the root") \
	X(VIZ_DO_BOTTOM, VIZ_END, 0, "End", VIZ_NEVER, "", "to the last row") \
	X(VIZ_DO_SEARCH, '/', 0, "/", VIZ_ALWAYS, "search", "search; n and N for the next and the one before") \
	X(VIZ_DO_AGAIN, 'n', 0, "n", VIZ_NEVER, "", "the next that was searched for") \
	X(VIZ_DO_AGAIN_BACK, 'N', 0, "N", VIZ_NEVER, "", "the one before") \
	X(VIZ_DO_FILTER, '\\', 0, "\\", VIZ_NEVER, "", "show only paths that contain a text, and what is above") \
	X(VIZ_DO_FOLLOW, 'F', 0, "F", VIZ_NEVER, "", "keep the selected actor in sight, across its restarts") \
	X(VIZ_DO_SORT, 's', 0, "s", VIZ_NEVER, "", "list by restarts, by mailbox, by memory; and the tree again") \
	X(VIZ_DO_BRANCHES, 'b', 0, "b", VIZ_NEVER, "", "branches of the run") \
	X(VIZ_DO_LANES, 't', 0, "t", VIZ_NEVER, "", "timeline: a lane for each actor, from the selected one on") \
	X(VIZ_DO_FASTER, '+', '=', "+", VIZ_NEVER, "", "faster") \
	X(VIZ_DO_SLOWER, '-', 0, "-", VIZ_NEVER, "", "slower") \
	X(VIZ_DO_COMMAND, ':', 0, ":", VIZ_ALWAYS, "command", "a command of the shell")

enum viz_when { VIZ_NEVER, VIZ_ALWAYS, VIZ_PAUSED, VIZ_PAST, VIZ_DONE };
enum viz_do {
#define X(name, key, other, text, when, label, help) name,
	VIZ_KEY_LIST(X)
#undef X
	VIZ_DO_VIEW, /* 1 to 9: a view, see viz_key_find() */
	VIZ_DO_NOTHING,
	VIZ_KEYS = VIZ_DO_VIEW
};
struct viz_key {
	int key, other;
	const char *text; /* how it is written */
	enum viz_when when;
	const char *label, *help;
};
extern const struct viz_key viz_keys[VIZ_KEYS];

/* What a key stands for; of a digit from 1 to 9 VIZ_DO_VIEW with `*view` counted from 0. */
enum viz_do viz_key_find(int key, unsigned *view);

#endif
