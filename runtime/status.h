/* status.h - what a call that can fail returns.
 *
 * Two kinds of trouble are kept apart everywhere in Treefall.  A bug in a caller (a null runtime, a time
 * that runs backwards) asserts, in release builds too.  What the world may do (no memory, no such actor) is
 * a status, and the compiler insists that somebody looks at it.
 */
#ifndef RUNTIME_STATUS_H
#define RUNTIME_STATUS_H

#define RT_MUST_CHECK __attribute__((warn_unused_result))

/* name, text for people */
#define RT_STATUS_LIST(X)                                                                                    \
	X(RT_OK, "done")                                                                                     \
	X(RT_ENOMEM, "out of memory")                                                                        \
	X(RT_ENOENT, "no such actor")                                                                        \
	X(RT_EINVAL, "invalid argument")                                                                     \
	X(RT_ESTATE, "not possible in this state")                                                           \
	X(RT_EAGAIN, "nothing to do at this instant")                                                        \
	X(RT_EFULL, "full")                                                                                  \
	X(RT_EIO, "input or output failed")

enum rt_status {
#define X(name, text) name,
	RT_STATUS_LIST(X)
#undef X
	RT_STATUS_COUNT
};

/* Text of a status; never null. */
const char *rt_status_text(enum rt_status status);

/* Filled by the deepest function that knows why; shown by the shell, printed by nobody else. */
struct rt_error {
	enum rt_status code;
	char text[240];
};

/* Fill `error` (which may be null) and return `code`, so that a failing function ends in one line. */
enum rt_status rt_error_set(struct rt_error *error, enum rt_status code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
