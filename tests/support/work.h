/* work.h - tests of work in words: what a service was asked, and what came of it.
 *
 *	struct fixture *f = start_tree(&ONE_FOR_ONE(
 *		"app", CHILDREN(DOES("server", "db", (MS("service_time", 10))),
 *				DOES("source", "load", (TO("to", "app/db"), NUMBER("rate", 50))))));
 *
 *	wait_ms(f, 1010);
 *	assert_work(f, "app/db", "offered 50, served 50");
 */
#ifndef TESTS_SUPPORT_WORK_H
#define TESTS_SUPPORT_WORK_H

#include "fixture.h"
#include "runtime/worker.h"

/* Parameters, and the loads of a source. */
#define NUMBER(param, value) {.name = (param), .number = (value)}
#define MS(param, value)     {.name = (param), .number = (value) * RT_MS}
#define TO(param, path)      {.name = (param), .text = (path)}
#define POISSON              NUMBER("load", 1)
#define BURSTS(each)         NUMBER("load", 2), NUMBER("burst", each)
#define SETTINGS(...)                                                                                        \
	.settings = (const struct rt_setting[]){ __VA_ARGS__ },                                              \
	.n_settings = sizeof((const struct rt_setting[]){ __VA_ARGS__ }) / sizeof(struct rt_setting)

/* A worker of a behaviour, with its parameters in brackets. */
#define DOES(behaviour, name, parameters, ...)                                                               \
	WORKER(name, .worker = (behaviour), SETTINGS parameters, __VA_ARGS__)

/* The account of a service: `offered N`, and what is not nought of the outcomes, `in flight N` and
 * `repeated N`, in this order.  Settles first, and looks whether all accounts balance. */
void assert_work_at(struct fixture *f, const char *path, const char *expected, const char *file, int line);
#define assert_work(f, path, expected) assert_work_at(f, path, expected, __FILE__, __LINE__)
struct rt_service account_of(struct fixture *f, const char *path);
/* How long so many in a thousand of the answers took at most, in microseconds, as far as it is known. */
int64_t latency_us(struct fixture *f, const char *path, unsigned per_thousand);

/* What corrupt_state does, from the next message on: the whole state is garbage. */
void spoil(struct fixture *f, const char *path);

#endif
