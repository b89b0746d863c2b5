/* Which lanes are shown where there is not room for all. */
#include "tests/support/fixture.h"
#include "viz/lanes.h"

static void observe(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ext;
	viz_lanes_event(ctx, event);
}

/* Names of those that are chosen. */
static const char *chosen(const struct viz_lanes *lanes, uint32_t max)
{
	static char text[1000];
	uint32_t lane[100], count;
	size_t used = 0;

	text[0] = '\0';
	assert_int_equal(viz_lanes_choose(lanes, lane, max, &count), RT_OK);
	assert_in_range(count, 0, max);
	for (uint32_t i = 0; i < count; i++) {
		struct viz_lane it;

		viz_lanes_lane(lanes, lane[i], &it);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s ", it.name);
	}
	return text;
}

TEST(unit_where_most_happened_with_what_is_above_in_the_order_of_the_tree)
{
	struct fixture *f = fixture_new(&(struct rt_config){ 0 });
	struct viz_lanes *lanes;

	assert_int_equal(viz_lanes_new(f->rt, 0, &lanes), RT_OK);
	assert_text(chosen(lanes, 5), "");
	assert_int_equal(rt_observe(f->rt, observe, lanes), RT_OK);
	begin_tree(f, &ONE_FOR_ONE("app", .intensity = 100,
				   CHILDREN(WORKER("a"), WORKER("b"),
					    ONE_FOR_ONE("s", .intensity = 100,
							CHILDREN(WORKER("c"), WORKER("d"))))));
	settle(f);
	assert_text(chosen(lanes, 100), "app a b s c d ");
	assert_text(chosen(lanes, 3), "app a b ");
	crash(f, "app/s/d", "boom");
	settle(f);
	crash(f, "app/s/d", "boom");
	settle(f);
	crash(f, "app/b", "boom");
	settle(f);
	assert_text(chosen(lanes, 3), "app s d ");
	assert_text(chosen(lanes, 4), "app b s d ");
	assert_text(chosen(lanes, 5), "app a b s d ");
	/* Not without what is above it. */
	assert_text(chosen(lanes, 2), "app b ");
	viz_lanes_free(lanes);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_where_most_happened_with_what_is_above_in_the_order_of_the_tree))
