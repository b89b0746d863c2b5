/* nameless.c - a shared object that is no plugin. */
#include "runtime/worker.h"

extern const struct rt_plugin treefall_plug_in;
const struct rt_plugin treefall_plug_in = { .version = RT_PLUGIN_VERSION, .behaviours = NULL };
