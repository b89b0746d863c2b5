/* Journals in a database: the same lines come out, runs stand behind each other, and what is not ours is left
 * alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scenarios/arena.h"
#include "scenarios/database.h"
#include "scenarios/text.h"
#include "tests/support/lines.h"

#include "config.h"

#if TREEFALL_HAVE_SQLITE
#include <sqlite3.h>
#endif

static char folder[200], path[220];

static int set_up(void **state)
{
	(void)state;
	if (scn_database_lacks())
		skip();
	(void)unlink(path);
	return 0;
}

static void write_pieces(const char *text, size_t length, size_t piece)
{
	struct scn_database *database;
	struct rt_error error = { .code = RT_OK };

	if (scn_database_open(path, &database, &error) != RT_OK)
		fail_msg("%s", error.text);
	struct scn_sink sink = scn_database_sink(database);
	for (size_t at = 0; at < length; at += piece)
		assert_true(sink.write(sink.ctx, text + at, length - at < piece ? length - at : piece));
	if (scn_database_close(database, &error) != RT_OK)
		fail_msg("%s", error.text);
}

static struct scn_text read_all(void)
{
	struct scn_text out = { .data = NULL };
	struct scn_rows *rows;
	struct rt_error error = { .code = RT_OK };
	const char *text;
	size_t length;

	if (scn_rows_open(path, &rows, &error) != RT_OK)
		fail_msg("%s", error.text);
	do {
		if (scn_rows_next(rows, &text, &length, &error) != RT_OK)
			fail_msg("%s", error.text);
		scn_text_put(&out, text ? text : "", length);
	} while (length > 0);
	scn_rows_close(rows);
	return out;
}

static void assert_reads(const char *text, size_t length)
{
	struct scn_text out = read_all();

	assert_int_equal(out.length, length);
	assert_memory_equal(out.data, text, length);
	scn_text_fini(&out);
}

static void any_text_comes_back(void **state)
{
	struct scn_text all = { .data = NULL };

	set_up(state);
	for (size_t i = 0; i < LINES_TEXTS; i++) {
		(void)unlink(path);
		write_pieces(lines_texts[i], strlen(lines_texts[i]), i % 2 ? 3 : 1000);
		assert_reads(lines_texts[i], strlen(lines_texts[i]));
	}
	for (size_t i = 0; i < 100 * LINES_TEXTS; i++)
		scn_text_add(&all, lines_texts[i % LINES_TEXTS]);
	(void)unlink(path);
	write_pieces(all.data, all.length, 1000);
	assert_reads(all.data, all.length);
	scn_text_fini(&all);
}

static void more_rows_than_a_batch_come_back(void **state)
{
	struct scn_text text = { .data = NULL };

	set_up(state);
	scn_text_add(&text, LINES_HEADER);
	for (unsigned i = 1; i <= 120000; i++)
		scn_text_format(
			&text,
			"{\"seq\":%u,\"t\":%u,\"event\":\"start\",\"id\":\"app/%u\",\"incarnation\":1,"
			"\"kind\":\"worker\",\"cause\":%u}\n",
			i, i, i % 1000, i - 1);
	scn_text_add(&text, LINES_END);
	write_pieces(text.data, text.length, 65536);
	assert_reads(text.data, text.length);
	scn_text_fini(&text);
}

static void runs_are_added(void **state)
{
	set_up(state);
	write_pieces(LINES_RUN, strlen(LINES_RUN), 1000);
	write_pieces(LINES_RUN, strlen(LINES_RUN), 7);
	assert_reads(LINES_RUN LINES_RUN, strlen(LINES_RUN LINES_RUN));
}

#if TREEFALL_HAVE_SQLITE
static sqlite3_int64 ask(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL),
			 SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	int code = sqlite3_step(statement);
	sqlite3_int64 number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

static void the_views_say_what_happened(void **state)
{
	set_up(state);
	write_pieces(LINES_RUN LINES_HEADER, strlen(LINES_RUN LINES_HEADER), 1000);
	assert_int_equal(ask("SELECT count(*) FROM runs"), 2);
	assert_int_equal(ask("SELECT run FROM runs WHERE verdict = 'PASS' AND name = 'small' AND seed = 7"),
			 1);
	/* One that broke off has no verdict. */
	assert_int_equal(ask("SELECT run FROM runs WHERE verdict IS NULL"), 2);
	assert_int_equal(
		ask("SELECT count(*) FROM events WHERE event = 'exit' AND reason = 'x' AND cause = 1"), 2);
	assert_int_equal(ask("SELECT incarnation FROM events WHERE id = 'app/b'"), 3);
	assert_int_equal(ask("SELECT details->>'$.kind' = 'sup' FROM events WHERE seq = 1"), 1);
	assert_int_equal(ask("SELECT count(*) FROM name WHERE text = 'exit'"), 1);
}

static enum rt_status open_and_close(struct rt_error *error)
{
	struct scn_database *database;
	enum rt_status status = scn_database_open(path, &database, error);

	return status == RT_OK ? scn_database_close(database, error) : status;
}

static void what_is_not_ours_is_left_alone(void **state)
{
	struct rt_error error;
	struct scn_rows *rows;

	set_up(state);
	assert_int_equal(ask("CREATE TABLE mine (x)"), -1);
	assert_int_equal(open_and_close(&error), RT_EIO);
	assert_string_equal(error.text, "it is the database of something else");
	assert_int_equal(scn_rows_open(path, &rows, &error), RT_EINVAL);
	assert_int_equal(ask("SELECT count(*) FROM sqlite_schema"), 1);
	unlink(path);
	write_pieces(LINES_RUN, strlen(LINES_RUN), 1000);
	assert_int_equal(ask("PRAGMA user_version = 9"), -1);
	assert_int_equal(open_and_close(&error), RT_EIO);
	assert_string_equal(error.text, "it is of another version of the format");
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs("this is no database at all, whatever its name says about it, and it is long enough", file);
	fclose(file);
	assert_int_equal(open_and_close(&error), RT_EIO);
	assert_string_equal(error.text, "file is not a database");
}

static void damaged_rows_are_told(void **state)
{
	struct rt_error error;
	struct scn_rows *rows;
	const char *text;
	size_t length;

	set_up(state);
	write_pieces(LINES_RUN LINES_RUN, strlen(LINES_RUN LINES_RUN), 1000);
	assert_int_equal(ask("UPDATE event SET run = 1 WHERE rowid = 6"), -1);
	assert_int_equal(scn_rows_open(path, &rows, &error), RT_OK);
	assert_int_equal(scn_rows_next(rows, &text, &length, &error), RT_EINVAL);
	assert_string_equal(error.text, "the rows of two runs are mixed");
	scn_rows_close(rows);
	assert_int_equal(ask("UPDATE event SET run = 3 WHERE rowid = 6"), -1);
	assert_int_equal(scn_rows_open(path, &rows, &error), RT_OK);
	assert_int_equal(scn_rows_next(rows, &text, &length, &error), RT_EINVAL);
	assert_string_equal(error.text, "it has rows of no run");
	scn_rows_close(rows);
}
#endif

static void memory_may_fail_anywhere(void **state)
{
	bool fired = true;

	set_up(state);
	for (uint64_t nth = 1; fired; nth++) {
		struct scn_database *database;
		struct rt_error error = { .code = RT_OK };

		(void)unlink(path);
		scn_arena_fail_nth(nth);
		enum rt_status status = scn_database_open(path, &database, &error);
		if (status == RT_OK) {
			struct scn_sink sink = scn_database_sink(database);
			for (size_t i = 0; i < LINES_TEXTS; i++)
				(void)sink.write(sink.ctx, lines_texts[i], strlen(lines_texts[i]));
			status = scn_database_close(database, &error);
		}
		fired = scn_arena_fail_fired();
		scn_arena_fail_nth(0);
		/* Where a text cannot be kept, it is named twice. */
		assert_true(status == RT_OK || fired);
	}
}

#if !TREEFALL_HAVE_SQLITE
static void a_build_without_it_says_so(void **state)
{
	struct scn_database *database = NULL;
	struct rt_error error = { .code = RT_OK };

	(void)state;
	assert_int_equal(scn_database_open(path, &database, &error), RT_ESTATE);
	assert_string_equal(error.text, scn_database_lacks());
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_text_comes_back),
		cmocka_unit_test(more_rows_than_a_batch_come_back),
		cmocka_unit_test(runs_are_added),
#if TREEFALL_HAVE_SQLITE
		cmocka_unit_test(the_views_say_what_happened),
		cmocka_unit_test(what_is_not_ours_is_left_alone),
		cmocka_unit_test(damaged_rows_are_told),
#else
		cmocka_unit_test(a_build_without_it_says_so),
#endif
		cmocka_unit_test(memory_may_fail_anywhere),
	};

	const char *temporary = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/treefall-test-XXXXXX", temporary ? temporary : P_tmpdir);
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/journal.db", folder);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(path);
	(void)rmdir(folder);
	return failed;
}
