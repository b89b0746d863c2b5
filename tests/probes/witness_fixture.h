/* witness_fixture.h - witnesses, and a small tree for them to look at. */
#ifndef TESTS_PROBES_WITNESS_FIXTURE_H
#define TESTS_PROBES_WITNESS_FIXTURE_H

#include "probes/witness.h"
#include "tests/support/fixture.h"

/* Where the kernel lets nobody look there is nothing to compare; the runner counts it as skipped. */
static inline struct prb_witness *open_bpf(void)
{
	const struct prb_config config = { .views = PRB_BIT(PRB_LIFECYCLE) };
	struct prb_witness *witness;
	struct rt_error error = { 0 };

	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) == RT_OK)
		return witness;
	print_message("no bpf: %s\n", error.text);
	skip();
	return NULL;
}

static inline struct prb_witness *open_limited(unsigned views, uint64_t events_max, uint64_t hits_max)
{
	const struct prb_config config = { .views = views, .events_max = events_max, .hits_max = hits_max };
	struct prb_witness *witness;
	struct rt_error error = { 0 };

	prb_witness_close(open_bpf());
	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) != RT_OK)
		fail_msg("%s", error.text);
	return witness;
}

static inline struct fixture *tree(void)
{
	return start_tree(&ONE_FOR_ONE("app", .intensity = 1000, .period_s = 1,
				       CHILDREN(WORKER("a"), ONE_FOR_ONE("s", .intensity = 1000,
									 CHILDREN(WORKER("b"))))));
}

static inline void fall(struct fixture *f, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		crash(f, i % 3 == 0 ? "app/a" : "app/s/b", "boom");
		settle(f);
		wait_ms(f, 10000);
	}
}

static inline uint64_t restarts(const struct prb_witness *witness, const char *path)
{
	const struct prb_row *row = prb_witness_find(witness, path);

	return row == NULL ? 0 : row->counts.restarts;
}

#endif
