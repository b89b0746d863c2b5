/* good.c - a plugin as it should be: two behaviours, a parameter of each type. */
#include "runtime/worker.h"

static const char *const colours[] = { "red", "green", NULL };

static const struct rt_param params[] = {
	{ "limit", "how many", RT_PARAM_COUNT, .min = -5, .max = 10, .fallback = 3 },
	{ "pause", "how long", RT_PARAM_DURATION, .max = RT_SECOND, .fallback = RT_MS },
	{ "room", "how much", RT_PARAM_SIZE, .min = 1, .max = 1 << 20, .mandatory = true },
	{ "odds", "how likely", RT_PARAM_SHARE, .fallback = 500000000 },
	{ "loud", "is it told", RT_PARAM_BOOL, .fallback = 1 },
	{ "colour", "which", RT_PARAM_WORD, .words = colours, .fallback = 1 },
	{ "of", "whose", .type = RT_PARAM_PATH },
	{ .name = NULL },
};

static void count(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	uint64_t *counted = state;

	(void)msg;
	if ((int64_t)++*counted > rt_self_param(self, 0))
		rt_self_exit(self, rt_self_atom(self, "enough"));
}

static void doze(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
}

static const struct rt_behaviour counter = {
	.name = "counter", .help = "counts", .state = sizeof(uint64_t), .handle = count, .params = params,
};
static const struct rt_behaviour dozer = { .name = "dozer", .help = "does nothing", .handle = doze };
static const struct rt_behaviour *const behaviours[] = { &counter, &dozer, NULL };

const struct rt_plugin treefall_plugin = { RT_PLUGIN_VERSION, behaviours };
