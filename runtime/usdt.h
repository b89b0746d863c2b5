/* usdt.h - static probe points: where a tracer may look into a running program, for example
 *
 *   bpftrace -e 'usdt:./treefall:treefall:actor_exit { printf("%s: %s\n", str(arg0), str(arg4)); }'
 *
 * Each point is an instruction that does nothing until somebody attaches, behind a count of those who did
 * (its semaphore): a point that nobody looks at costs one load and one branch, and what its arguments are
 * made of is not even computed.  The provider is `treefall`.
 *
 * The table below is all there is to know of them: the points, docs/events.md and `treefall probes list` are
 * made from it.  Paths and other texts are addresses of texts in the traced program, good while the point is
 * being hit.  Times are virtual, in ns; actors are handles (types.h).  `run` names a runtime: its address,
 * and in the lowest bits a number, since one that is made later may lie where an earlier one did.
 */
#ifndef RUNTIME_USDT_H
#define RUNTIME_USDT_H

#include "types.h"

/* Name, meaning, arguments. */
#define RT_USDT_LIST(X)                                                                                      \
	X(actor_start, "a process begins",                                                                   \
	  "path, actor, place, incarnation, type (0 worker, 1 supervisor), t, run")                          \
	X(actor_exit, "a process ends", "path, actor, place, incarnation, reason, t")                        \
	X(restart, "a supervisor restarts a child, and whom its strategy names",                             \
	  "path, place, supervisor, restarts in the window, intensity, t")                                   \
	X(give_up, "a supervisor exceeded its restart intensity and ends: escalation",                       \
	  "path, place, restarts in the window, intensity, t")                                               \
	X(message_send, "a message is put into a mailbox", "run, message, to, from, tag")                    \
	X(dispatch_begin, "an actor takes up a message, or goes on with what it was at",                     \
	  "run, message (0 where it is not the first that waits), actor, place, messages that wait")         \
	X(dispatch_end, "it has done so", "run, actor, place")                                               \
	X(mailbox_full, "1,000 messages wait for a worker",                   \
	  "run, actor, place, messages that wait")                                                           \
	X(fault_fired, "a fault took effect", "path, fault, place, seq, t")

enum rt_usdt {
#define X(name, help, args) RT_USDT_##name,
	RT_USDT_LIST(X)
#undef X
	RT_USDT_COUNT
};
struct rt_usdt_row {
	const char *name, *help, *args;
};
extern const struct rt_usdt_row rt_usdt_rows[RT_USDT_COUNT];
bool rt_usdt_built(void); /* false: compiled without sys/sdt.h, so there are no points */

/* A mailbox of so many messages is called full: hardly will its worker catch up. */
#define RT_MAILBOX_FULL 1000

/* How many look at each point; the kernel counts. */
#define X(name, help, args) extern volatile unsigned short treefall_##name##_semaphore;
RT_USDT_LIST(X)
#undef X
#define RT_USDT_ON(name) __builtin_expect(treefall_##name##_semaphore != 0, 0)

/* What this thread is at, for those who sample it: nobody (actor 0) between dispatches. */
struct rt_current {
	uint64_t actor;
	uint32_t place, incarnation;
	uint64_t run;
};
extern _Thread_local struct rt_current treefall_current;

#define RT_RUN_ADDRESS(run) ((run) & ~UINT64_C(4095))
#define RT_RUN_NUMBER(run)  ((unsigned)((run) & 4095))
/* The name of a runtime that is being made. */
uint64_t rt_usdt_run(const struct rt *rt);

/* Where in the memory of a program the paths are, for those who read them from outside: offsets from a
 * runtime's address, and sizes.  A place is an element of a table, counted from 0: the name and the place
 * above it; a name is a number in its own right if its top bit is set, else an element of another table,
 * which says where its text is. */
struct rt_layout {
	uint32_t version; /* RT_LAYOUT_VERSION */
	uint32_t places, place_size, place_parent, place_name;
	uint32_t atoms, atom_size, atom_text;
	uint32_t texts;
};
#define RT_LAYOUT_VERSION 2
extern const struct rt_layout treefall_layout;

struct rt_event;
/* An event of one of the kinds that have a point of their own. */
void rt_usdt_event(const struct rt *rt, const struct rt_event *event);
void rt_usdt_message_send(const struct rt *rt, uint32_t mail, rt_id to, rt_id from, uint32_t tag);
void rt_usdt_dispatch_begin(const struct rt *rt, uint32_t mail, rt_id actor, rt_place place,
			    uint32_t waiting);
void rt_usdt_dispatch_end(const struct rt *rt, rt_id actor, rt_place place);
void rt_usdt_mailbox_full(const struct rt *rt, rt_id actor, rt_place place, uint32_t waiting);
/* For inject/: the runtime itself knows of no faults. */
void rt_usdt_fault_fired(const struct rt *rt, rt_place place, const char *fault, uint64_t seq);

#endif
