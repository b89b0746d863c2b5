/* lacking.c - a plugin that uses what nobody has. */
#include "runtime/worker.h"

void rt_self_levitate(struct rt_self *self);

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)state, (void)msg;
	rt_self_levitate(self);
}

static const struct rt_behaviour behaviour = { .name = "levitate", .help = "rises", .handle = handle };
static const struct rt_behaviour *const behaviours[] = { &behaviour, NULL };

const struct rt_plugin treefall_plugin = { RT_PLUGIN_VERSION, behaviours };
