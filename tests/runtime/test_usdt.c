/* Probe points: what is in the binary, what a sampler finds while a handler runs, and how paths are found
 * from outside. */
#include "config.h"
#include "runtime/core.h"
#include "runtime/usdt.h"
#include "runtime/worker.h"
#include "tests/support/fixture.h"

TEST(unit_every_row_says_what_it_is)
{
	for (unsigned i = 0; i < RT_USDT_COUNT; i++) {
		assert_true(rt_usdt_rows[i].help[0] != '\0');
		assert_true(rt_usdt_rows[i].args[0] != '\0');
	}
	assert_int_equal(rt_usdt_built(), TREEFALL_HAVE_SDT);
}

/* --- what a sampler finds ------------------------------------------------------------------------------ */

static struct rt_current found;

static void look(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
	found = treefall_current;
}

static const struct rt_behaviour looker = { .name = "looker", .help = "looks", .state = 16, .handle = look };
static const struct rt_child workers[] = {
	{ .id = "one", .behaviour = &looker, .shutdown_ms = 100 },
	{ .id = "7", .behaviour = &looker, .shutdown_ms = 100 },
	{ .id = "a b/c", .behaviour = &looker, .shutdown_ms = 100 },
};
static const struct rt_child tree = {
	.id = "top", .supervisor = true, .type = RT_SUPERVISOR, .intensity = 1, .period_s = 5,
	.n_children = 3, .children = workers,
};

static struct rt *start(void)
{
	struct rt *rt;

	assert_int_equal(rt_new(&(struct rt_config){ .seed = 1, .memory_max = 64 << 20 }, &rt), RT_OK);
	assert_int_equal(rt_start(rt, &tree), RT_OK);
	assert_int_equal(rt_run(rt, 0, 1000), RT_OK);
	return rt;
}

TEST(unit_a_sampler_sees_whose_handler_runs_and_nobody_in_between)
{
	struct rt *rt = start();
	rt_place place = rt_path_find(rt, "top/7");
	rt_id worker = rt_path_actor(rt, place);

	assert_int_equal(rt_send(rt, worker, &(struct rt_msg){ .tag = 1 }), RT_OK);
	assert_int_equal(treefall_current.actor, 0);
	assert_int_equal(rt_run(rt, 0, 1000), RT_OK);
	assert_int_equal(found.actor, worker);
	assert_int_equal(found.place, place);
	assert_int_equal(found.incarnation, 1);
	assert_int_equal(RT_RUN_ADDRESS(found.run), (uintptr_t)rt);
	assert_int_equal(treefall_current.actor, 0);
	rt_free(rt);
}

/* As one reads it who has nothing but the memory and the layout. */
static void names_of(const uint8_t *run, uint32_t place, char *out, size_t size)
{
	const struct rt_layout *l = &treefall_layout;
	const uint8_t *places = *(const uint8_t *const *)(run + l->places);
	const uint8_t *atoms = *(const uint8_t *const *)(run + l->atoms);
	const char *texts = *(const char *const *)(run + l->texts);

	out[0] = '\0';
	while (place != 0) {
		const uint8_t *entry = places + (size_t)place * l->place_size;
		uint32_t name = *(const uint32_t *)(entry + l->place_name);
		char rest[200], text[64];

		if ((name & 0x80000000u) != 0)
			snprintf(text, sizeof(text), "%u", name & 0x7fffffffu);
		else
			snprintf(text, sizeof(text), "%s",
				 texts + *(const uint32_t *)(atoms + (size_t)name * l->atom_size +
							     l->atom_text));
		snprintf(rest, sizeof(rest), "%s", out);
		snprintf(out, size, "%s%s%s", text, rest[0] != '\0' ? "|" : "", rest);
		place = *(const uint32_t *)(entry + l->place_parent);
	}
}

TEST(unit_the_layout_leads_from_a_place_to_its_names)
{
	struct rt *rt = start();
	char names[400];

	names_of((const uint8_t *)rt, rt_path_find(rt, "top/one"), names, sizeof(names));
	assert_string_equal(names, "top|one");
	names_of((const uint8_t *)rt, rt_path_find(rt, "top/7"), names, sizeof(names));
	assert_string_equal(names, "top|7");
	names_of((const uint8_t *)rt, rt_path_find(rt, "top/a%20b%2Fc"), names, sizeof(names));
	assert_string_equal(names, "top|a b/c");
	rt_free(rt);
}

TEST(unit_a_run_is_the_same_when_somebody_looks)
{
	struct rt *rt = start();
	uint64_t without = rt_state_hash(rt);

	rt_free(rt);
#define X(name, help, args) treefall_##name##_semaphore++;
	RT_USDT_LIST(X)
#undef X
	rt = start();
#define X(name, help, args) treefall_##name##_semaphore--;
	RT_USDT_LIST(X)
#undef X
	assert_int_equal(rt_state_hash(rt), without);
	rt_free(rt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_every_row_says_what_it_is),
		cmocka_unit_test(unit_a_sampler_sees_whose_handler_runs_and_nobody_in_between),
		cmocka_unit_test(unit_the_layout_leads_from_a_place_to_its_names),
		cmocka_unit_test(unit_a_run_is_the_same_when_somebody_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
