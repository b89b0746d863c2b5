/* database.c - the one file that knows SQLite.
 *
 * A row has numbers, and texts as numbers of the table `name`; the views `runs` and `events` put the words
 * back.  What is not a line of an event, or not one that its row would make again, is kept as it is.
 */
#include "database.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config.h"

#if TREEFALL_HAVE_SQLITE

#include <sqlite3.h>

#include "arena.h"
#include "cut.h"
#include "json.h"
#include "text.h"
#include "texts.h"

#define BATCH  50000u /* rows in a transaction */
#define GROUP  64u    /* rows in a statement, where there are so many */
#define FIELDS 9u
#define HEADER "{\"treefall\":"
#define END    "{\"end\":"

#define APPLICATION_ID 0x54464a31 /* the same as a number */
#define VERSION        1

static const char schema[] =
	"CREATE TABLE run (run INTEGER PRIMARY KEY, header TEXT, last TEXT);"
	"CREATE TABLE name (name INTEGER PRIMARY KEY, text TEXT NOT NULL);"
	"CREATE TABLE event (run INTEGER NOT NULL, seq INTEGER, t INTEGER, event INTEGER, id INTEGER,"
	" incarnation INTEGER, reason INTEGER, cause INTEGER, rest TEXT);"
	"CREATE VIEW runs AS SELECT run, header->>'$.scenario.name' AS name, header->>'$.seed' AS seed,"
	" header->>'$.treefall' AS version, last->>'$.verdict' AS verdict, last->>'$.kind' AS kind,"
	" last->>'$.events' AS events, last->>'$.t' AS t, last->>'$.state' AS state, last->>'$.hash' AS hash"
	" FROM run;"
	"CREATE VIEW events AS SELECT run, seq, t,"
	" (SELECT text FROM name WHERE name = e.event) AS event,"
	" (SELECT text FROM name WHERE name = e.id) AS id, incarnation,"
	" (SELECT text FROM name WHERE name = e.reason) AS reason, cause, '{' || rest || '}' AS details"
	" FROM event e WHERE seq IS NOT NULL;";

#define ROW      "(?,?,?,?,?,?,?,?,?)"
#define ROWS4    ROW "," ROW "," ROW "," ROW
#define ROWS16   ROWS4 "," ROWS4 "," ROWS4 "," ROWS4
#define ADD_ROWS "INSERT INTO event VALUES "

enum statement { BEGIN, COMMIT, ADD_RUN, END_RUN, ADD_NAME, ADD_EVENT, ADD_GROUP, STATEMENTS };
static const char *const statements[STATEMENTS] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ADD_RUN] = "INSERT INTO run (header) VALUES (?1)",
	[END_RUN] = "UPDATE run SET last = ?1 WHERE run = ?2",
	[ADD_NAME] = "INSERT INTO name VALUES (?1, ?2)",
	[ADD_EVENT] = ADD_ROWS ROW,
	[ADD_GROUP] = ADD_ROWS ROWS16 "," ROWS16 "," ROWS16 "," ROWS16,
};

struct scn_database {
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
	char error[200]; /* the first that went wrong; empty: nothing did */
	bool dead;       /* the program is about to die */
	bool open;       /* a transaction is */
	unsigned rows;   /* in it */
	unsigned group;  /* rows that wait to be written together; their texts are in what was handed to us */
	struct row {
		sqlite3_int64 run, seq, t, event, id, incarnation, reason, cause; /* -1: none */
		const char *rest;                                                 /* null: none */
		uint32_t length;
		bool as_it_is;
	} waiting[GROUP];
	int64_t run;     /* that lines belong to; 0: none */
	struct scn_texts texts;
	sqlite3_int64 *name; /* of each kept text */
	size_t names_size;
	sqlite3_int64 last_name;
	struct scn_text line; /* the begin of a line whose end has not come */
	struct scn_text text; /* scratch */
};

const char *scn_database_lacks(void)
{
	return NULL;
}

/* --- opening ------------------------------------------------------------------------------------------- */

static bool failed(struct scn_database *database, int code)
{
	if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
		return false;
	if (database->error[0] == '\0')
		snprintf(database->error, sizeof(database->error), "%s",
			 code == SQLITE_NOMEM || !database->db ? sqlite3_errstr(code)
							       : sqlite3_errmsg(database->db));
	return true;
}

static void refuse(struct scn_database *database, const char *why)
{
	if (database->error[0] == '\0')
		snprintf(database->error, sizeof(database->error), "%s", why);
}

static bool execute(struct scn_database *database, const char *sql)
{
	return !failed(database, sqlite3_exec(database->db, sql, NULL, NULL, NULL));
}

static bool ask_number(struct scn_database *database, const char *sql, sqlite3_int64 *out)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(database->db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return !failed(database, code);
}

/* Is it ours, or empty? */
static bool check(struct scn_database *database, bool *empty)
{
	sqlite3_int64 tables = 0, application = 0, version = 0;

	if (!ask_number(database, "SELECT count(*) FROM sqlite_schema", &tables) ||
	    !ask_number(database, "PRAGMA application_id", &application) ||
	    !ask_number(database, "PRAGMA user_version", &version))
		return false;
	*empty = tables == 0;
	if (tables > 0 && application != APPLICATION_ID)
		refuse(database, "it is the database of something else");
	else if (tables > 0 && version != VERSION)
		refuse(database, "it is of another version of the format");
	return database->error[0] == '\0';
}

static bool open_file(struct scn_database *database, const char *path, int flags, bool *empty)
{
	int code = sqlite3_open_v2(path, &database->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (failed(database, code))
		return false;
	sqlite3_busy_timeout(database->db, 2000);
	return check(database, empty);
}

static bool make_schema(struct scn_database *database)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
		 VERSION);
	return execute(database, "BEGIN IMMEDIATE") && execute(database, sql) && execute(database, schema) &&
	       execute(database, "COMMIT");
}

/* Where the name of a kept text is noted; null: no memory. */
static sqlite3_int64 *name_of(struct scn_database *database, uint32_t kept)
{
	if (kept >= database->names_size) {
		size_t size = database->names_size ? database->names_size * 2 : 256;
		while (size <= kept)
			size *= 2;
		sqlite3_int64 *name = scn_mem_resize(database->name, size * sizeof(*name));
		if (!name)
			return NULL;
		database->name = name;
		database->names_size = size;
	}
	return &database->name[kept];
}

static void keep(struct scn_database *database, const char *text, size_t length, uint32_t hash,
		 sqlite3_int64 name)
{
	sqlite3_int64 *at;

	if (scn_texts_reserve(&database->texts, length, true) &&
	    (at = name_of(database, database->texts.count)) != NULL) {
		(void)scn_texts_keep(&database->texts, text, length, hash);
		*at = name;
	}
}

/* What earlier runs have named is named so again. */
static bool read_names(struct scn_database *database)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(database->db, "SELECT name, text FROM name ORDER BY name", -1,
				      &statement, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(statement);
		if (code != SQLITE_ROW)
			break;
		const char *text = (const char *)sqlite3_column_text(statement, 1);
		size_t length = (size_t)sqlite3_column_bytes(statement, 1);
		database->last_name = sqlite3_column_int64(statement, 0);
		if (text)
			keep(database, text, length, scn_texts_hash(text, length), database->last_name);
	}
	sqlite3_finalize(statement);
	return !failed(database, code);
}

/* Everything is on the disk when a batch is committed, and a reader may look meanwhile. */
static bool set_up(struct scn_database *database, bool empty)
{
	/* The schema goes into the file itself, by which it is known however the program ends. */
	if ((empty && (!execute(database, "PRAGMA page_size = 16384") || !make_schema(database))) ||
	    !execute(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
			       "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000"))
		return false;
	for (unsigned i = 0; i < STATEMENTS; i++)
		if (failed(database, sqlite3_prepare_v3(database->db, statements[i], -1,
							SQLITE_PREPARE_PERSISTENT, &database->statement[i],
							NULL)))
			return false;
	return read_names(database);
}

static void dispose(struct scn_database *database)
{
	for (unsigned i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(database->statement[i]);
	sqlite3_close(database->db);
	scn_texts_fini(&database->texts);
	scn_text_fini(&database->line);
	scn_text_fini(&database->text);
	scn_mem_free(database->name);
	scn_mem_free(database);
}

static struct scn_database *new_database(void)
{
	struct scn_database *database = scn_mem_alloc(sizeof(*database));

	if (database) {
		memset(database, 0, sizeof(*database));
		scn_texts_init(&database->texts);
	}
	return database;
}

enum rt_status scn_database_open(const char *path, struct scn_database **out, struct rt_error *error)
{
	struct scn_database *database = new_database();
	bool empty = false;

	if (!database)
		return rt_error_set(error, RT_ENOMEM, "%s", rt_status_text(RT_ENOMEM));
	if (open_file(database, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &empty) &&
	    set_up(database, empty)) {
		*out = database;
		return RT_OK;
	}
	(void)rt_error_set(error, RT_EIO, "%s", database->error);
	dispose(database);
	return RT_EIO;
}

/* --- writing ------------------------------------------------------------------------------------------- */

static bool step(struct scn_database *database, enum statement number)
{
	sqlite3_stmt *statement = database->statement[number];
	int code = sqlite3_step(statement);
	bool well = !failed(database, code);

	(void)sqlite3_reset(statement);
	return well;
}

static bool commit(struct scn_database *database)
{
	if (!database->open)
		return true;
	database->open = false;
	database->rows = 0;
	return step(database, COMMIT);
}

static bool begin(struct scn_database *database)
{
	if (database->open)
		return true;
	return database->open = step(database, BEGIN);
}

static bool begin_run(struct scn_database *database, const char *header, size_t length)
{
	sqlite3_stmt *statement = database->statement[ADD_RUN];

	if (header)
		sqlite3_bind_text(statement, 1, header, (int)length, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, 1);
	if (!begin(database) || !step(database, ADD_RUN))
		return false;
	database->run = sqlite3_last_insert_rowid(database->db);
	return true;
}

static bool end_run(struct scn_database *database, const char *line, size_t length)
{
	sqlite3_stmt *statement = database->statement[END_RUN];

	sqlite3_bind_text(statement, 1, line, (int)length, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, database->run);
	database->run = 0;
	return begin(database) && step(database, END_RUN);
}

/* The name of a text, from the inside of its quotes; `*good` false: that is not how it would be written. */
static bool find_name(struct scn_database *database, const struct scn_part *part, sqlite3_int64 *name,
		      bool *good)
{
	const char *text = part->text;
	size_t length = part->length;
	sqlite3_stmt *statement = database->statement[ADD_NAME];

	if (scn_json_plain(text, length) != length) {
		scn_text_clear(&database->text);
		scn_text_put(&database->text, text, length); /* room for what it says, which is shorter */
		if (database->text.failed)
			return false;
		*good = scn_json_unescape(text, length, database->text.data, &length);
		text = database->text.data;
		if (!*good)
			return true;
	}
	uint32_t hash = scn_texts_hash(text, length);
	uint32_t kept = scn_texts_find(&database->texts, text, length, hash);
	if (kept) {
		*name = database->name[kept];
		return true;
	}
	*name = ++database->last_name;
	sqlite3_bind_int64(statement, 1, *name);
	sqlite3_bind_text(statement, 2, text, (int)length, SQLITE_STATIC);
	keep(database, text, length, hash, *name);
	return step(database, ADD_NAME);
}

static void bind_number(sqlite3_stmt *statement, int place, sqlite3_int64 number)
{
	if (number >= 0)
		sqlite3_bind_int64(statement, place, number);
	else
		sqlite3_bind_null(statement, place);
}

static void bind_row(sqlite3_stmt *statement, int place, const struct row *row)
{
	sqlite3_bind_int64(statement, place + 1, row->run);
	bind_number(statement, place + 2, row->seq);
	bind_number(statement, place + 3, row->t);
	bind_number(statement, place + 4, row->event);
	bind_number(statement, place + 5, row->id);
	bind_number(statement, place + 6, row->incarnation);
	bind_number(statement, place + 7, row->reason);
	bind_number(statement, place + 8, row->cause);
	if (!row->rest)
		sqlite3_bind_null(statement, place + 9);
	else if (row->as_it_is)
		sqlite3_bind_blob(statement, place + 9, row->rest, (int)row->length, SQLITE_STATIC);
	else
		sqlite3_bind_text(statement, place + 9, row->rest, (int)row->length, SQLITE_STATIC);
}

/* The rows that wait. */
static bool write_rows(struct scn_database *database)
{
	bool whole = database->group == GROUP, well = true;

	for (unsigned i = 0; i < database->group && well; i++) {
		bind_row(database->statement[whole ? ADD_GROUP : ADD_EVENT], whole ? (int)(i * FIELDS) : 0,
			 &database->waiting[i]);
		if (!whole)
			well = step(database, ADD_EVENT);
	}
	database->group = 0;
	return whole ? step(database, ADD_GROUP) : well;
}

/* False: it failed; `*good` false: the line has to be kept as it is. */
static bool set_row(struct scn_database *database, const struct scn_cut *cut, struct row *row, bool *good)
{
	const struct scn_part *parts[] = { &cut->event, &cut->id, &cut->reason };
	sqlite3_int64 name[3];

	for (unsigned i = 0; i < 3; i++) {
		name[i] = -1;
		if (parts[i]->text && !find_name(database, parts[i], &name[i], good))
			return false;
		if (!*good)
			return true;
	}
	*row = (struct row){ .run = database->run,
			     .seq = cut->seq,
			     .t = cut->t,
			     .event = name[0],
			     .id = name[1],
			     .incarnation = cut->incarnation,
			     .reason = name[2],
			     .cause = cut->cause,
			     .rest = cut->rest.text,
			     .length = (uint32_t)cut->rest.length };
	return true;
}

static bool add_row(struct scn_database *database, const char *line, size_t length)
{
	struct row *row = &database->waiting[database->group];
	struct scn_cut cut;
	bool good = scn_cut_line(line, length, &cut);

	if (good && !set_row(database, &cut, row, &good))
		return false;
	if (!good)
		*row = (struct row){
			database->run, -1, -1, -1, -1, -1, -1, -1, line, (uint32_t)length, true
		};
	database->rows++;
	return ++database->group < GROUP || write_rows(database);
}

static bool starts_with(const char *line, size_t length, const char *text)
{
	size_t n = strlen(text);
	return length > n && line[length - 1] == '\n' && memcmp(line, text, n) == 0;
}

static bool add_line(struct scn_database *database, const char *line, size_t length)
{
	bool header = starts_with(line, length, HEADER);

	if (length > INT32_MAX / 2) {
		refuse(database, "a line is too long");
		return false;
	}
	if (header || (database->run && starts_with(line, length, END)))
		return write_rows(database) &&
		       (header ? begin_run(database, line, length - 1)
			       : end_run(database, line, length - 1) && commit(database));
	if (!begin(database) || (!database->run && !begin_run(database, NULL, 0)) ||
	    !add_row(database, line, length))
		return false;
	return database->rows < BATCH || (write_rows(database) && commit(database));
}

static bool take(void *ctx, const char *text, size_t length)
{
	struct scn_database *database = ctx;
	bool well = database->error[0] == '\0';

	while (length > 0 && well && !database->dead) {
		const char *newline = memchr(text, '\n', length);
		size_t piece = newline ? (size_t)(newline - text) + 1 : length;
		if (newline && database->line.length == 0) {
			well = add_line(database, text, piece);
		} else {
			scn_text_put(&database->line, text, piece);
			if (database->line.failed)
				refuse(database, rt_status_text(RT_ENOMEM));
			else if (newline)
				well = add_line(database, database->line.data, database->line.length);
			/* The text of a line that waits is about to go. */
			if (newline) {
				well = well && write_rows(database);
				scn_text_clear(&database->line);
			}
		}
		well = well && database->error[0] == '\0';
		text += piece;
		length -= piece;
	}
	return well && !database->dead ? write_rows(database) : well;
}

static bool flush(void *ctx, bool last_words)
{
	struct scn_database *database = ctx;

	/* What is committed is safe; for more there is no time, and perhaps no sound mind. */
	database->dead |= last_words;
	return database->dead || (database->error[0] == '\0' && commit(database));
}

struct scn_sink scn_database_sink(struct scn_database *database)
{
	return (struct scn_sink){ .write = take, .flush = flush, .ctx = database };
}

enum rt_status scn_database_close(struct scn_database *database, struct rt_error *error)
{
	enum rt_status status = RT_OK;

	if (database->error[0] == '\0' && database->line.length > 0)
		(void)add_line(database, database->line.data, database->line.length);
	if (database->error[0] == '\0')
		(void)(write_rows(database) && commit(database) &&
		       execute(database, "PRAGMA journal_mode = DELETE")); /* one file, which can be copied */
	if (database->error[0] != '\0')
		status = rt_error_set(error, RT_EIO, "%s", database->error);
	dispose(database);
	return status;
}

/* --- reading ------------------------------------------------------------------------------------------- */

#define TEXT (64u << 10) /* given out at once, or a little more */

struct scn_rows {
	struct scn_database *database; /* opened to read; what it has to write with is not used */
	sqlite3_stmt *runs, *events;
	bool has_run, has_event; /* the statement stands at a row */
	bool amid;               /* the header of that run was given out */
	struct scn_text text;
};

enum column { RUN, SEQ, T, EVENT, ID, INCARNATION, REASON, CAUSE, REST };
static const char read_events[] = "SELECT run, seq, t, (SELECT text FROM name WHERE name = e.event),"
				  " (SELECT text FROM name WHERE name = e.id), incarnation,"
				  " (SELECT text FROM name WHERE name = e.reason), cause, rest"
				  " FROM event e ORDER BY rowid";

static bool next(struct scn_rows *rows, sqlite3_stmt *statement, bool *there)
{
	int code = sqlite3_step(statement);

	*there = code == SQLITE_ROW;
	return !failed(rows->database, code);
}

enum rt_status scn_rows_open(const char *path, struct scn_rows **out, struct rt_error *error)
{
	struct scn_rows *rows = scn_mem_alloc(sizeof(*rows));
	struct scn_database *database = rows ? new_database() : NULL;
	bool empty;

	if (!database) {
		scn_mem_free(rows);
		return rt_error_set(error, RT_ENOMEM, "%s", rt_status_text(RT_ENOMEM));
	}
	*rows = (struct scn_rows){ .database = database };
	if (open_file(database, path, SQLITE_OPEN_READONLY, &empty) && empty)
		refuse(database, "there is nothing in it");
	if (database->error[0] == '\0' &&
	    !failed(database,
		    sqlite3_prepare_v2(database->db, "SELECT run, header, last FROM run ORDER BY run", -1,
				       &rows->runs, NULL)) &&
	    !failed(database, sqlite3_prepare_v2(database->db, read_events, -1, &rows->events, NULL)) &&
	    next(rows, rows->runs, &rows->has_run) && next(rows, rows->events, &rows->has_event)) {
		*out = rows;
		return RT_OK;
	}
	(void)rt_error_set(error, RT_EINVAL, "%s", database->error);
	scn_rows_close(rows);
	return RT_EINVAL;
}

void scn_rows_close(struct scn_rows *rows)
{
	if (!rows)
		return;
	sqlite3_finalize(rows->runs);
	sqlite3_finalize(rows->events);
	scn_text_fini(&rows->text);
	dispose(rows->database);
	scn_mem_free(rows);
}

static void put_number(struct scn_text *text, const char *before, int64_t number)
{
	char digits[SCN_DIGITS_MAX];

	scn_text_add(text, before);
	scn_text_put(text, digits, scn_json_digits((uint64_t)number, digits));
}

static void put_bytes(struct scn_text *text, sqlite3_stmt *row, int column)
{
	const void *bytes = sqlite3_column_blob(row, column);

	if (bytes)
		scn_text_put(text, bytes, (size_t)sqlite3_column_bytes(row, column));
}

static void put_name(struct scn_text *text, const char *before, sqlite3_stmt *row, int column)
{
	const char *name = (const char *)sqlite3_column_text(row, column);

	if (!name)
		return;
	scn_text_add(text, before);
	scn_text_json(text, name);
	scn_text_add(text, "\"");
}

static void put_event(struct scn_text *text, sqlite3_stmt *row)
{
	if (sqlite3_column_type(row, SEQ) == SQLITE_NULL) {
		put_bytes(text, row, REST);
		return;
	}
	put_number(text, "{\"seq\":", sqlite3_column_int64(row, SEQ));
	put_number(text, ",\"t\":", sqlite3_column_int64(row, T));
	put_name(text, ",\"event\":\"", row, EVENT);
	put_name(text, ",\"id\":\"", row, ID);
	if (sqlite3_column_type(row, INCARNATION) != SQLITE_NULL)
		put_number(text, ",\"incarnation\":", sqlite3_column_int64(row, INCARNATION));
	put_name(text, ",\"reason\":\"", row, REASON);
	if (sqlite3_column_type(row, REST) != SQLITE_NULL) {
		scn_text_add(text, ",");
		put_bytes(text, row, REST);
	}
	put_number(text, ",\"cause\":", sqlite3_column_int64(row, CAUSE));
	scn_text_add(text, "}\n");
}

static void put_line(struct scn_text *text, sqlite3_stmt *row, int column)
{
	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		return;
	put_bytes(text, row, column);
	scn_text_add(text, "\n");
}

/* The rows of the run that `runs` stands at, as many as are given out at once.  False: it failed. */
static bool put_rows(struct scn_rows *rows)
{
	sqlite3_int64 run = sqlite3_column_int64(rows->runs, 0), of;

	while (rows->has_event && rows->text.length < TEXT) {
		of = sqlite3_column_int64(rows->events, RUN);
		if (of < run) {
			refuse(rows->database, "the rows of two runs are mixed");
			return false;
		}
		if (of > run)
			break;
		put_event(&rows->text, rows->events);
		if (!next(rows, rows->events, &rows->has_event))
			return false;
	}
	return true;
}

enum rt_status scn_rows_next(struct scn_rows *rows, const char **text, size_t *length,
			     struct rt_error *error)
{
	bool well = true;

	scn_text_clear(&rows->text);
	while (well && rows->has_run && rows->text.length < TEXT) {
		if (!rows->amid)
			put_line(&rows->text, rows->runs, 1);
		rows->amid = true;
		well = put_rows(rows);
		if (!well || rows->text.length >= TEXT)
			break;
		put_line(&rows->text, rows->runs, 2);
		rows->amid = false;
		well = next(rows, rows->runs, &rows->has_run);
	}
	if (well && !rows->has_run && rows->has_event) {
		refuse(rows->database, "it has rows of no run");
		well = false;
	}
	*text = rows->text.data;
	*length = rows->text.length;
	if (rows->text.failed)
		return rt_error_set(error, RT_ENOMEM, "%s", rt_status_text(RT_ENOMEM));
	return well ? RT_OK : rt_error_set(error, RT_EINVAL, "%s", rows->database->error);
}

#endif
