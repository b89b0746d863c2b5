/* offered.c - a plugin without a file. */
#include "tests/support/offered.h"

#include "scenarios/plugin.h"

static void do_nothing(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self;
	(void)state;
	(void)msg;
}

static const char *const paces[] = { "steady", "bursts", NULL };

static const struct rt_param all_params[] = {
	{ .name = "tries", .help = "how often", .type = RT_PARAM_COUNT, .max = 10, .fallback = 3 },
	{ .name = "pause",
	  .help = "how long in between",
	  .type = RT_PARAM_DURATION,
	  .min = RT_MS,
	  .max = 3600 * RT_SECOND,
	  .fallback = 5 * RT_MS },
	{ .name = "room", .help = "how much", .type = RT_PARAM_SIZE, .min = 1, .max = 1 << 30 },
	{ .name = "share", .help = "of how many", .type = RT_PARAM_SHARE, .fallback = 500000000 },
	{ .name = "loud", .help = "is it told", .type = RT_PARAM_BOOL },
	{ .name = "pace", .help = "in which way", .type = RT_PARAM_WORD, .words = paces },
	{ .name = "calls", .help = "whom", .type = RT_PARAM_PATH },
	{ .name = NULL },
};
static const struct rt_behaviour all = {
	.name = "all", .help = "has them all", .handle = do_nothing, .params = all_params
};

static const struct rt_param needy_params[] = {
	{ .name = "to", .help = "whom", .type = RT_PARAM_PATH, .mandatory = true },
	{ .name = "size",
	  .help = "how much",
	  .type = RT_PARAM_SIZE,
	  .min = 1 << 10,
	  .max = 1 << 20,
	  .mandatory = true },
	{ .name = NULL },
};
static const struct rt_behaviour needy = {
	.name = "needy", .help = "has to be told", .handle = do_nothing, .params = needy_params
};

static const struct rt_behaviour plain = { .name = "plain", .help = "has none", .handle = do_nothing };

static const struct rt_param spring_params[] = {
	{ .name = "count", .help = "how often", .type = RT_PARAM_COUNT, .max = INT64_MAX },
	{ .name = NULL },
};
static const struct rt_behaviour spring = {
	.name = "spring",
	.help = "goes on",
	.endless = true,
	.ended_by = "count",
	.handle = do_nothing,
	.params = spring_params,
};
static const struct rt_behaviour river = {
	.name = "river", .help = "goes on and on", .endless = true, .handle = do_nothing
};

static const struct rt_behaviour *const rows[] = { &all, &needy, &plain, &spring, &river, NULL };

const struct rt_plugin offered = { .version = RT_PLUGIN_VERSION, .behaviours = rows };

void offered_begin(void)
{
	scn_plugin_offer(OFFERED, &offered);
}

void offered_end(void)
{
	scn_plugin_offer(NULL, NULL);
}
