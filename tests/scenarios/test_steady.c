/* In steady state no memory is asked for: the runtime (timers, mailboxes, restarts) finds all it needs in
 * what it has used before, and above it (names, history, the journal in its formats) nothing is allocated at
 * all. */
#include "scenarios/arena.h"
#include "scenarios/database.h"
#include "scenarios/pack.h"
#include "tests/support/stage.h"

#include "runtime/core.h"

#include <unistd.h>

#define SCENARIO                                                                                             \
	"duration: 100h\n"                                                                                   \
	"limits: {events: 1000M, time: 200h}\n"                                                              \
	"tree:\n"                                                                                            \
	"  id: core\n"                                                                                       \
	"  intensity: 1000\n"                                                                                \
	"  period: 1s\n"                                                                                     \
	"  children:\n"                                                                                      \
	"    - {id: a}\n"                                                                                    \
	"    - {id: slow, worker: server, trap_exit: true, on_shutdown: 'delay:10ms'}\n"                     \
	"    - id: group\n"                                                                                  \
	"      strategy: one_for_all\n"                                                                      \
	"      intensity: 1000\n"                                                                            \
	"      period: 1s\n"                                                                                 \
	"      children: [{id: b}, {id: c}, {id: d}]\n"                                                      \
	"    - {id: service, worker: {behaviour: server, service_time: 1ms}}\n"                              \
	"    - {id: client, worker: {behaviour: source, to: core/service, rate: 50}}\n"                    \
	"method:\n"                                                                                          \
	"  - {every: 100ms, action: crash, target: core/a, reason: badarg}\n"                                \
	"  - {every: 150ms, action: kill, target: core/group/*, mode: one}\n"                                \
	"  - {every: 700ms, action: exit, target: core/slow, reason: shutdown}\n"

static size_t written;

static bool count(void *ctx, const char *text, size_t length)
{
	(void)ctx, (void)text;
	written += length;
	return true;
}

static void go_on(struct scn_world *world, uint64_t events)
{
	uint64_t until = rt_seq(scn_world_rt(world)) + events;

	while (rt_seq(scn_world_rt(world)) < until)
		assert_int_equal(scn_world_move(world, RT_FOREVER), RT_OK);
}

/* How much of its memory the runtime has ever used. */
struct reach {
	const uint8_t *heap;
	uint32_t messages, timers, actors, records, ledger;
};

static struct reach reach_of(const struct rt *rt)
{
	return (struct reach){ .heap = rt->region.heap_top,
			       .messages = rt->messages.high,
			       .timers = rt->timers.entries.high,
			       .actors = rt->actors.high,
			       .records = rt->records.high,
			       .ledger = rt->ledger.high };
}

static void assert_steady(struct scn_sink sink)
{
	struct scn_options options = { .journal = sink, .history_max = 1024, .message_events = true };
	struct scn_scenario *scenario = stage_scenario(SCENARIO);
	struct scn_world *world;

	assert_int_equal(scn_world_new(scenario, &options, &world), RT_OK);
	assert_int_equal(scn_world_boot(world), RT_OK);
	/* Until everything that grows has been as large as it gets. */
	go_on(world, 200000);
	struct reach before = reach_of(scn_world_rt(world));
	written = 0;
	scn_arena_fail_nth(1);
	go_on(world, 200000);
	bool fired = scn_arena_fail_fired();
	scn_arena_fail_nth(0);
	assert_false(fired);
	struct reach after = reach_of(scn_world_rt(world));
	assert_ptr_equal(after.heap, before.heap);
	assert_int_equal(after.messages, before.messages);
	assert_int_equal(after.timers, before.timers);
	assert_int_equal(after.actors, before.actors);
	assert_int_equal(after.records, before.records);
	assert_int_equal(after.ledger, before.ledger);
	scn_world_free(world);
	scn_free(scenario);
}

static void a_run_with_lines_allocates_nothing(void **state)
{
	(void)state;
	assert_steady((struct scn_sink){ .write = count });
	assert_true(written > 200000 * 50);
}

static void a_packed_one_allocates_nothing(void **state)
{
	struct scn_pack *pack;

	(void)state;
	assert_int_equal(scn_pack_new((struct scn_sink){ .write = count }, &pack), RT_OK);
	assert_steady(scn_pack_sink(pack));
	assert_in_range(written, 1, 200000 * 20);
	scn_pack_free(pack);
}

/* SQLite itself does; what is ours does not. */
static void one_into_a_database_allocates_nothing_of_ours(void **state)
{
	struct scn_database *database;
	struct rt_error error;
	char *path = stage_write_file("", 0);

	(void)state;
	if (scn_database_lacks()) {
		free(path);
		skip();
	}
	assert_int_equal(scn_database_open(path, &database, &error), RT_OK);
	assert_steady(scn_database_sink(database));
	assert_int_equal(scn_database_close(database, &error), RT_OK);
	unlink(path);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_with_lines_allocates_nothing),
		cmocka_unit_test(a_packed_one_allocates_nothing),
		cmocka_unit_test(one_into_a_database_allocates_nothing_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
