/* play.h - workers that do what a test tells them, for tests of requests and time: each message makes the
 * worker carry out a script, and what it got is written down.
 *
 * A worker of this kind has one line for each kind of message (struct play_part), which tests change while
 * the runtime runs.  There is one play at a time.
 */
#ifndef TESTS_SUPPORT_PLAY_H
#define TESTS_SUPPORT_PLAY_H

#include "fixture.h"

/* What a player does with a request. */
enum play_how {
	PLAY_ANSWER,  /* well, rightly */
	PLAY_WRONG,   /* as if well */
	PLAY_DEGRADE,
	PLAY_FAIL,
	PLAY_SWALLOW,
	PLAY_KEEP,
	PLAY_CRASH,   /* having answered */
	PLAY_ASK,     /* somebody else, see `ask`, and keep it */
	PLAY_TAKE_AND_CRASH /* at the first one only; afterwards it answers */
};

struct play_part {
	enum play_how how;
	rt_time work;
	bool closes; /* its intake, when it takes a request */
	struct rt_ask ask;
	unsigned answers;    /* got by it, as a client: */
	unsigned got[RT_OUTCOME_COUNT];
	uint64_t value;      /* of the latest, */
	rt_id from;          /* and who gave it */
	unsigned requests;   /* taken */
	unsigned timers, downs, begins, plain;
	uint64_t latest;     /* id of the request that it took or asked last */
	uint64_t word;       /* of the latest timer */
	struct rt_asked asked;
};

#define PLAYERS 16
extern struct play_part play[PLAYERS];
extern const struct rt_behaviour play_behaviour;
/* It begins by its own message. */
extern const struct rt_behaviour play_beginner;

/* A worker with the part of this number. */
#define PLAYER(path, which, ...)                                                                             \
	WORKER(path, .behaviour = &play_behaviour,                                                           \
	       .settings = (const struct rt_setting[]){{.name = "part", .number = (which)}},                 \
	       .n_settings = 1, __VA_ARGS__)

/* All parts as new. */
void play_reset(void);
/* The worker at this path does something as soon as it has its turn; nothing settles. */
void play_ask(struct fixture *f, const char *path, const struct rt_ask *ask);
void play_answer(struct fixture *f, const char *path, uint64_t id, enum rt_outcome how, uint64_t value);
void play_do(struct fixture *f, const char *path, void (*act)(struct rt_self *self, struct play_part *part));
/* A request for the service at this path, with an answer that can be right. */
struct rt_ask play_to(const struct fixture *f, const char *path);
/* Seams with a say of their own: null, or what to do with each message on its way. */
void play_hooks(struct fixture *f, enum rt_verdict (*deliver)(void *ctx, struct rt_passage *passage));
/* The latest event of this kind. */
struct rt_event play_latest(struct fixture *f, unsigned kind);
void play_watch(struct fixture *f);
/* Let all end, and see that nothing is left but the accounts. */
void play_end(struct fixture *f);
/* The account of a path in words: "5 offered, 3 served, 1 lost, 1 in flight; 1 repeated". */
const char *play_account(struct fixture *f, const char *path);
#define assert_account(f, path, expected) assert_string_equal(play_account(f, path), expected)

#endif
