/* plugin.c - finding workers that are not built in. */
#include "plugin.h"

#include <string.h>

static _Thread_local const char *offered_path;
static _Thread_local const struct rt_plugin *offered;

void scn_plugin_offer(const char *path, const struct rt_plugin *plugin)
{
	offered_path = path;
	offered = plugin;
}

const struct rt_plugin *scn_plugin_open(const char *scenario, const char *path, struct rt_error *error)
{
	(void)scenario;
	if (offered_path && strcmp(path, offered_path) == 0)
		return offered;
	rt_error_set(error, RT_EINVAL, "plugins are not built yet");
	return NULL;
}

const struct rt_behaviour *scn_plugin_find(const struct rt_plugin *plugin, const char *name)
{
	for (const struct rt_behaviour *const *row = plugin->behaviours; *row; row++) {
		if (strcmp((*row)->name, name) == 0)
			return *row;
	}
	return NULL;
}
