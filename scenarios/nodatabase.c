/* nodatabase.c - of databases, what needs no SQLite: knowing one, and saying that this build cannot use it.
 */
#include "database.h"

#include <string.h>

#include "config.h"

bool scn_database_begins(const char *begin, size_t length)
{
	static const char magic[] = "SQLite format 3";

	return length >= SCN_DATABASE_BEGIN && memcmp(begin, magic, sizeof(magic)) == 0 &&
	       memcmp(begin + 68, SCN_DATABASE_APPLICATION, 4) == 0;
}

#if !TREEFALL_HAVE_SQLITE


const char *scn_database_lacks(void)
{
	return "built without SQLite (libsqlite3-dev)";
}

enum rt_status scn_database_open(const char *path, struct scn_database **out, struct rt_error *error)
{
	(void)path;
	*out = NULL;
	return rt_error_set(error, RT_ESTATE, "%s", scn_database_lacks());
}

struct scn_sink scn_database_sink(struct scn_database *database)
{
	(void)database;
	return (struct scn_sink){ .write = NULL };
}

enum rt_status scn_database_close(struct scn_database *database, struct rt_error *error)
{
	(void)database, (void)error;
	return RT_OK;
}

enum rt_status scn_rows_open(const char *path, struct scn_rows **out, struct rt_error *error)
{
	(void)path;
	*out = NULL;
	return rt_error_set(error, RT_ESTATE, "%s", scn_database_lacks());
}

enum rt_status scn_rows_next(struct scn_rows *rows, const char **text, size_t *length, struct rt_error *error)
{
	(void)rows, (void)error;
	*text = NULL;
	*length = 0;
	return RT_OK;
}

void scn_rows_close(struct scn_rows *rows)
{
	(void)rows;
}

#endif
