/* old.c - a plugin that was built with another worker.h. */
#include "runtime/worker.h"

const struct rt_plugin treefall_plugin = { .version = RT_PLUGIN_VERSION + 6, .behaviours = NULL };
