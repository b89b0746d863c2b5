/* watch.h - the paths and patterns that somebody wants to be told about. */
#ifndef SCENARIOS_WATCH_H
#define SCENARIOS_WATCH_H

#include "inject/inject.h"

struct scn_watch;

/* Initialise with zeroes. */
struct scn_watches {
	struct scn_watch *by_text; /* all of them */
	struct scn_watch *starred; /* those that are no plain paths */
};

void scn_watches_fini(struct scn_watches *watches);
/* Once is enough.  The text has to live as long as the watches. */
enum rt_status scn_watches_add(struct scn_watches *watches, const char *pattern) RT_MUST_CHECK;
/* Is this very pattern watched? */
bool scn_watches_has(const struct scn_watches *watches, const char *pattern);
/* Is this path watched, by itself or by a pattern? */
bool scn_watches_path(const struct scn_watches *watches, const char *path);

#endif
