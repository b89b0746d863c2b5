/* deed.h - what a handler in a process of its own asks of the runtime: a row of the table, some numbers, and
 * of some rows a text; as bytes of a packet and as words in a list.
 *
 * Both come from elsewhere (isolation.c, isolate.h) and may be garbled.
 */
#ifndef RUNTIME_DEED_H
#define RUNTIME_DEED_H

#include "worker.h"

/* C name, word; how many numbers it has, how many it is answered with; has it a text; does it change the
 * run, or does it only ask. */
#define RT_DEED_LIST(X)                                                                                      \
	X(RT_DEED_SEND, "send", 6, 0, false, true)                                                           \
	X(RT_DEED_AFTER, "after", 2, 1, false, true)                                                         \
	X(RT_DEED_CANCEL, "cancel", 1, 0, false, true)                                                       \
	X(RT_DEED_WATCH, "watch", 1, 0, false, true)                                                         \
	X(RT_DEED_WORK, "work", 1, 0, false, true)                                                           \
	X(RT_DEED_ASK, "ask", 13, 1, false, true)                                                            \
	X(RT_DEED_ASKED, "asked", 1, 10, false, false)                                                       \
	X(RT_DEED_ANSWER, "answer", 3, 0, false, true)                                                       \
	X(RT_DEED_KEEP, "keep", 1, 0, false, true)                                                           \
	X(RT_DEED_INTAKE, "intake", 1, 0, false, true)                                                       \
	X(RT_DEED_WALL, "wall", 0, 1, false, false)                                                          \
	X(RT_DEED_PLACE, "place", 1, 1, false, true)                                                         \
	X(RT_DEED_ATOM, "atom", 0, 1, true, true)                                                            \
	X(RT_DEED_TAKE, "take", 1, 1, false, true)                                                           \
	X(RT_DEED_GIVE, "give", 1, 0, false, true)                                                           \
	X(RT_DEED_OPEN, "open", 0, 1, false, true)                                                           \
	X(RT_DEED_CLOSE, "close", 0, 0, false, true)                                                         \
	X(RT_DEED_REFUSED, "refused", 0, 0, false, true)                                                     \
	X(RT_DEED_LIMIT, "limit", 1, 0, false, false)                                                        \
	X(RT_DEED_RETURN, "return", 0, 0, false, true)                                                       \
	X(RT_DEED_EXIT, "exit", 1, 0, false, true)                                                            \
	X(RT_DEED_DIE, "die", 0, 0, true, true)
enum rt_deed_kind {
#define X(name, word, numbers, answers, text, changes) name,
	RT_DEED_LIST(X)
#undef X
	RT_DEEDS
};
#define RT_DEED_NUMBERS  13
#define RT_DEED_ANSWERS  10
#define RT_DEED_TEXT_MAX 4000 /* bytes */

struct rt_deed {
	enum rt_deed_kind kind;
	uint64_t number[RT_DEED_NUMBERS];
	char text[RT_DEED_TEXT_MAX + 1];
};

struct rt_deed_row {
	const char *word;
	uint8_t numbers, answers;
	bool text, changes;
};
extern const struct rt_deed_row rt_deed_rows[RT_DEEDS];

/* What a request is about as numbers, and back; false: no such request can be asked.  The same for what is
 * known of one, whose first number is then 1. */
void rt_deed_from_ask(struct rt_deed *deed, const struct rt_ask *ask);
bool rt_deed_to_ask(const struct rt_deed *deed, struct rt_ask *ask);
void rt_deed_from_asked(const struct rt_asked *asked, uint64_t answer[RT_DEED_ANSWERS]);
bool rt_deed_to_asked(const uint64_t answer[RT_DEED_ANSWERS], struct rt_asked *asked);

/* To and from the bytes of a packet; how many, or 0 if there is no room, or what is there is no deed. */
#define RT_DEED_BYTES_MAX (8 + 8 * RT_DEED_NUMBERS + RT_DEED_TEXT_MAX)
size_t rt_deed_pack(const struct rt_deed *deed, uint8_t *to, size_t room);
size_t rt_deed_unpack(struct rt_deed *deed, const uint8_t *from, size_t length);

/* A list: "send 4294967298 0 7 1 0 0; return".  It keeps its memory from call to call. */
struct rt_deeds {
	char *text;
	size_t length, capacity;
	uint32_t count;
};
void rt_deeds_clear(struct rt_deeds *deeds);
enum rt_status rt_deeds_add(struct rt *rt, struct rt_deeds *deeds, const struct rt_deed *deed) RT_MUST_CHECK;
/* Reads the first deed of a list; what is behind it, or null if this is none. */
const char *rt_deed_read(struct rt_deed *deed, const char *list);

#endif
