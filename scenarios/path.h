/* path.h - paths: ids as they stand in them, and the paths of a running tree. */
#ifndef SCENARIOS_PATH_H
#define SCENARIOS_PATH_H

#include "scenario.h"

/* Bytes of a path, and of an id in one, the end included. */
#define SCN_PATH_MAX 4096
#define SCN_ID_SIZE  (3 * RT_ID_MAX + 1)

/* An id as it stands in a path; returns the whole length like snprintf. */
size_t scn_id_escape(const char *id, char *buf, size_t size);
/* And back; false if no id is written like this. */
bool scn_id_unescape(const char *text, size_t length, char id[RT_ID_MAX + 1], size_t *id_length);

/* What is percent-encoded without need, or in lower case, as it stands in paths elsewhere; in place.  False:
 * then it is not UTF-8. */
bool scn_path_normal(char *path);

/* Does the path of a place match?  It is written into `path`; false also where it has no room there. */
bool scn_place_matches(const struct rt *rt, rt_place place, const char *pattern, char path[SCN_PATH_MAX]);

#endif
