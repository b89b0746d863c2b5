/* database.h - journals in a database of SQLite, which outlives whatever happens to the program.
 *
 * Rows are written in batches, each of which is there as a whole or not at all.  A database has any number of
 * runs; what is written comes behind what is there.  Text goes in and comes out as the lines of JSON Lines,
 * byte for byte.  docs/journal.md has the schema.
 */
#ifndef SCENARIOS_DATABASE_H
#define SCENARIOS_DATABASE_H

#include "scenario.h"

/* Does a file that begins so have journals in it?  SCN_DATABASE_BEGIN bytes are enough to tell. */
#define SCN_DATABASE_BEGIN       100u
#define SCN_DATABASE_APPLICATION "TFJ1" /* application_id, as the file has it */
bool scn_database_begins(const char *begin, size_t length);

/* Null: it can be used; otherwise what this build lacks. */
const char *scn_database_lacks(void);

struct scn_database;

/* RT_EIO: `error` says why.  One that is not there is made; one that has something else in it is refused. */
enum rt_status scn_database_open(const char *path, struct scn_database **out,
				 struct rt_error *error) RT_MUST_CHECK;
struct scn_sink scn_database_sink(struct scn_database *database);
/* Commits what is there.  RT_EIO: something could not be written since it was opened. */
enum rt_status scn_database_close(struct scn_database *database, struct rt_error *error) RT_MUST_CHECK;

struct scn_rows;

enum rt_status scn_rows_open(const char *path, struct scn_rows **out, struct rt_error *error) RT_MUST_CHECK;
/* The next lines, until the next call; `*length` 0: that was all. */
enum rt_status scn_rows_next(struct scn_rows *rows, const char **text, size_t *length,
			     struct rt_error *error) RT_MUST_CHECK;
void scn_rows_close(struct scn_rows *rows); /* null is allowed */

#endif
