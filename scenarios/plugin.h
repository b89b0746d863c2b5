/* plugin.h - workers that somebody else wrote: a shared object that exports `treefall_plugin` (worker.h). */
#ifndef SCENARIOS_PLUGIN_H
#define SCENARIOS_PLUGIN_H

#include "runtime/status.h"
#include "runtime/worker.h"

/* The plugin at `path`, which is relative to the folder of the file `scenario`; it stays open as long as the
 * program runs, and is opened once.  Null with `error` filled: RT_ENOMEM, or RT_EINVAL with what is wrong. */
const struct rt_plugin *scn_plugin_open(const char *scenario, const char *path, struct rt_error *error);

/* The behaviour of this name; null: it has none. */
const struct rt_behaviour *scn_plugin_find(const struct rt_plugin *plugin, const char *name);

/* From now on, in this thread, `path` is this plugin, which is part of the program, and no file is opened;
 * both are borrowed.  Null: no longer.  For tests. */
void scn_plugin_offer(const char *path, const struct rt_plugin *plugin);

#endif
