/* watch.h - the live tree over a session's run: keys in, pictures out; no terminal, no clock of its own.
 *
 * watch_run.c gives it the terminal's keys and shows its pictures; tests do that by hand.  Everything that a
 * person can do here goes through the session, so the prompt's commands mean the same behind a `:`.
 */
#ifndef SHELL_WATCH_H
#define SHELL_WATCH_H

#include "viz/frame.h"
#include "viz/keys.h"
#include "viz/model.h"
#include "viz/screen.h"

#include "output.h"
#include "player.h"
#include "session.h"

/* Views by number; the first ones have the keys from 1 on.  C name, title, help. */
#define SH_VIEW_LIST(X)                                                                                      \
	X(SH_VIEW_TREE, "tree", "the tree")                                                                  \
	X(SH_VIEW_EVENTS, "events", "what happened, with what caused it; Enter goes there")                  \
	X(SH_VIEW_DETAILS, "details", "all about the selected actor")                                        \
	X(SH_VIEW_WHY, "why", "what led to the state of the selected actor, or to the selected event")       \
	X(SH_VIEW_SERVICES, "services", "what was asked of each service, and what came of it")               \
	X(SH_VIEW_CRASHES, "crashes", "deaths that nobody ordered; Enter shows one in full")                 \
	X(SH_VIEW_LATENCY, "hotspots and latency", "what restarts most; how long handlers and mailboxes take") \
	X(SH_VIEW_BRANCHES, "branches", "the ways on which the run was taken on; Enter goes to one")         \
	X(SH_VIEW_HELP, "help", "the keys")                                                                  \
	X(SH_VIEW_FAULTS, "inject", "faults that fit the selected actor; Enter picks one")                   \
	X(SH_VIEW_PREVIEW, "inject", "what the fault that is being typed would do")                          \
	X(SH_VIEW_LIST_OF, "list", "actors in an order that is not the tree's; Enter selects one")           \
	X(SH_VIEW_LANES, "timeline", "a lane for each actor: its processes as bars, deaths and faults as marks") \
	X(SH_VIEW_CRASH, "crash", "one crash")                                                               \
	X(SH_VIEW_SAID, "command", "what a command said")
enum sh_view_number {
#define X(name, title, help) name,
	SH_VIEW_LIST(X)
#undef X
	SH_VIEW_COUNT
};
#define SH_VIEW_KEYS (SH_VIEW_HELP + 1)

enum sh_typing { SH_TYPING_NOTHING, SH_TYPING_COMMAND, SH_TYPING_INJECT, SH_TYPING_SEARCH, SH_TYPING_FILTER };
enum sh_order { SH_ORDER_TREE, SH_ORDER_RESTARTS, SH_ORDER_MAILBOX, SH_ORDER_MEMORY, SH_ORDERS };

/* A line that is being typed. */
struct sh_line {
	char text[1000];
	size_t length, at; /* `at`: where the next character goes */
};

/* What somebody printed, in lines that fit. */
struct sh_lines {
	struct sh_text text;
	struct sh_piece {
		size_t from, to;
		size_t cut, on;  /* what is between is left out; the same: nothing is */
		unsigned indent; /* before it: it goes on with a line that was too long */
	} *piece;
	size_t count, size;
};
/* How a line that is too long is made to fit: it goes on in the next one; it ends early; its last word, a
 * path, begins late. */
enum sh_fit { SH_FIT_WRAP, SH_FIT_CUT, SH_FIT_PATH };

struct sh_watch {
	struct sh_session *session;
	struct viz_model *model;
	struct viz_frame frame;
	struct sh_player player;
	int64_t clock; /* real time, as given last */
	bool paused, over;
	bool resume;    /* it ran before somebody paused it in order to type */
	unsigned speed; /* of the table of speeds */
	char speed_text[16];
	rt_time slot; /* of the restarts over time */
	unsigned width, height;
	bool ascii;

	char *path;      /* of the selected actor */
	bool loose;      /* somebody scrolled away from it */
	char *sought;    /* searched for */
	char *filter;
	bool fell_told;  /* that the root went down was said */
	bool observed;   /* our observer is at the runtime */
	int64_t asked_at, ask_cost; /* when who looks on was asked last, and how long that took */
	uint64_t restart_seq; /* of the latest restart seen */
	uint64_t landed, landed_at; /* `[` went to this event; where that was */

	/* A view made of text; what is said of the line with its cursor; and of any but the tree, that. */
	enum sh_view_number view;
	uint64_t cursor;
	bool at_last; /* the cursor is on the latest line, and goes with it */
	struct sh_lines body, aside;
	bool dirty;        /* the text is not up to date */
	int64_t text_clock; /* when it was made, and how long that took */
	int64_t text_cost;
	char *asked;       /* a path or a number: of whom `why` tells */
	size_t crash;      /* number of the one that is shown */
	enum sh_order order;
	rt_place *listed;
	size_t n_listed, listed_size;
	const struct inj_fault **fault; /* of the menu */
	size_t n_faults, faults_size;

	enum sh_typing typing;
	struct sh_line typed;
	bool hinting; /* what could be typed is shown */
	char **said;  /* lines typed before */
	size_t n_said, said_size, said_at;

	char message[400];
};

/* The session has a world; it is made one that can go back.  Null: why not was printed. */
struct sh_watch *sh_watch_open(struct sh_session *session, bool ascii);
/* The session goes on where it is; null is allowed. */
void sh_watch_close(struct sh_watch *watch);

/* Speed, in thousandths; 0 is as fast as it goes.  False: none of those that there are. */
bool sh_watch_set_speed(struct sh_watch *watch, uint32_t permille);
/* A key, where it is a click on column x and row y. */
void sh_watch_key(struct sh_watch *watch, int key, unsigned x, unsigned y);
/* Real time is `clock`: let virtual time pass, for at most `budget` of the real one. */
void sh_watch_tick(struct sh_watch *watch, int64_t clock, int64_t budget);
void sh_watch_draw(struct sh_watch *watch, struct viz_screen *screen);

/* --- between its files --------------------------------------------------------------------------------- */

/* watch.c */
void sh_watch_say(struct sh_watch *watch, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Around whatever may replace the world. */
void sh_watch_leave(struct sh_watch *watch);
void sh_watch_enter(struct sh_watch *watch);
void sh_watch_select(struct sh_watch *watch, rt_place place);
void sh_watch_pause(struct sh_watch *watch, bool paused);
void sh_watch_faster(struct sh_watch *watch, int by);
/* One event on, or as far as there is something; false: nothing is left. */
bool sh_watch_step(struct sh_watch *watch);
/* On to the next restart. */
void sh_watch_next_restart(struct sh_watch *watch);
/* The functions of rewind.h, with what can go wrong told. */
enum sh_back { SH_BACK_STEP, SH_BACK_TO, SH_BACK_END, SH_BACK_UNDO, SH_BACK_SWITCH };
bool sh_watch_back(struct sh_watch *watch, enum sh_back how, uint64_t where);

/* watch_text.c */
/* What `fn` prints by the session becomes the text; returns it.  In lines it is by sh_lines_fit(). */
const char *sh_watch_capture(struct sh_watch *watch, void (*fn)(struct sh_watch *watch), struct sh_lines *to);
void sh_lines_fit(struct sh_lines *lines, unsigned width, enum sh_fit fit);
/* Line `n` from 0 on; false: there are not so many. */
bool sh_lines_get(const struct sh_lines *lines, uint64_t n, bool ascii, char *buf, size_t size);
void sh_lines_fini(struct sh_lines *lines);

/* watch_views.c */
void sh_watch_show(struct sh_watch *watch, enum sh_view_number view);
void sh_watch_prepare(struct sh_watch *watch); /* before it is drawn */
uint64_t sh_watch_lines(struct sh_watch *watch);
bool sh_watch_has_cursor(const struct sh_watch *watch); /* text without one is scrolled */
/* The rest of the frame that is the view's. */
void sh_watch_fill_view(struct sh_watch *watch, unsigned height);
/* Enter, and the left arrow, on the line with the cursor. */
void sh_watch_enter_line(struct sh_watch *watch);
void sh_watch_left_line(struct sh_watch *watch);
enum sh_code sh_watch_ask(struct sh_watch *watch, sh_command_fn *fn, const char *command, const char *word);

/* watch_events.c: the events, and what the lines of them say. */
uint64_t sh_watch_count_events(struct sh_watch *watch);
uint64_t sh_watch_event_at(const struct sh_watch *watch, uint64_t line);
bool sh_watch_put_event(struct sh_watch *watch, uint64_t line, char *buf, size_t size, unsigned *style);
void sh_watch_print_event(struct sh_watch *watch); /* the one with the cursor, and what is around it */
void sh_watch_enter_event(struct sh_watch *watch, uint64_t line);
void sh_watch_to_cause(struct sh_watch *watch, uint64_t line);

/* watch_actor.c: all about one actor. */
void sh_watch_print_actor(struct sh_watch *watch);
/* For the tree: how long its handlers take, by whoever looks on. */
int64_t sh_watch_handler(void *ctx, rt_place place);

/* watch_branches.c */
void sh_watch_print_branches(struct sh_watch *watch);
/* The one with the cursor, and in what it differs from where one is. */
void sh_watch_print_branch(struct sh_watch *watch);
void sh_watch_enter_branch(struct sh_watch *watch, uint64_t line);

/* watch_line.c */
void sh_watch_type(struct sh_watch *watch, enum sh_typing typing, const char *text);
void sh_watch_typed_key(struct sh_watch *watch, int key);
const char *sh_watch_prompt(const struct sh_watch *watch);
void sh_watch_print_preview(struct sh_watch *watch);
void sh_watch_print_hints(struct sh_watch *watch);

/* watch_lanes.c */
void sh_watch_print_lanes(struct sh_watch *watch);

/* watch_menu.c */
void sh_watch_menu(struct sh_watch *watch);
void sh_watch_print_menu(struct sh_watch *watch);
/* The fault with the cursor: what it means, its parameters and their ranges. */
void sh_watch_print_pick(struct sh_watch *watch);
void sh_watch_print_fault(struct sh_watch *watch, const struct inj_fault *fault);
void sh_watch_pick(struct sh_watch *watch, uint64_t line);

#endif
