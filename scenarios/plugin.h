/* plugin.h - workers that somebody else wrote: a shared object that exports `treefall_plugin` (worker.h). */
#ifndef SCENARIOS_PLUGIN_H
#define SCENARIOS_PLUGIN_H

#include "runtime/status.h"
#include "runtime/worker.h"

/* The plugin at `path`, which is relative to the folder of the file `scenario`; it stays open as long as the
 * program runs, and is opened once.  One that was built again since is another plugin.  Null with `error`
 * filled: RT_ENOMEM, or RT_EINVAL and what is wrong with it.  Opening runs whatever code the file wants to be
 * run.
 */
const struct rt_plugin *scn_plugin_open(const char *scenario, const char *path, struct rt_error *error);

/* Where one that is open was found: absolute and without symbolic links, so that it is found from anywhere.
 * Of one that was offered, what it was offered as; null: it was never opened. */
const char *scn_plugin_path(const struct rt_plugin *plugin);

/* The behaviour of this name; null: it has none. */
const struct rt_behaviour *scn_plugin_find(const struct rt_plugin *plugin, const char *name);

/* Whoever writes a plugin can get its tables wrong: its version, names, ranges, sizes.  RT_EINVAL with the
 * first fault. */
enum rt_status scn_plugin_check(const struct rt_plugin *plugin, struct rt_error *error) RT_MUST_CHECK;
/* The same of one behaviour. */
enum rt_status scn_behaviour_check(const struct rt_behaviour *behaviour,
				   struct rt_error *error) RT_MUST_CHECK;
#define SCN_STATE_MAX ((size_t)16 << 20) /* bytes of a worker's state */

/* From now on, in this thread, `path` is this plugin, which is part of the program, and no file is opened;
 * both are borrowed.  Null: no longer.  For tests. */
void scn_plugin_offer(const char *path, const struct rt_plugin *plugin);

#endif
