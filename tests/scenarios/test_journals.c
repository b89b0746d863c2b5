/* Journals as files: told apart by name and by how they begin, written and read in every form. */
#include "scenarios/arena.h"
#include "scenarios/journals.h"
#include "scenarios/text.h"
#include "tests/support/lines.h"
#include "tests/support/stage.h"

#include <fcntl.h>
#include <unistd.h>

static void the_ending_of_a_name_says_the_format(void **state)
{
	(void)state;
	assert_int_equal(scn_format_of_name("run.jsonl"), SCN_JSONL);
	assert_int_equal(scn_format_of_name("run.tfj"), SCN_BINARY);
	assert_int_equal(scn_format_of_name("a.tfj/run.sqlite3"), SCN_SQLITE);
	assert_int_equal(scn_format_of_name("run.db"), SCN_SQLITE);
	assert_int_equal(scn_format_of_name("run.log"), SCN_JSONL);
	assert_int_equal(scn_format_of_name(".db"), SCN_JSONL);
	assert_int_equal(scn_format_of_name(""), SCN_JSONL);
	for (unsigned i = 0; i < SCN_FORMATS; i++)
		assert_int_equal(scn_format_find(scn_format_word((enum scn_format)i)), i);
	assert_int_equal(scn_format_find("xml"), SCN_FORMATS);
}

static bool keep(void *ctx, const char *text, size_t length)
{
	scn_text_put(ctx, text, length);
	return true;
}

static bool refuse(void *ctx, const char *text, size_t length)
{
	(void)ctx, (void)text, (void)length;
	return false;
}

/* A new journal with this text in it; freed by the caller when the file is removed. */
static char *write_journal(const char *text, enum scn_format format)
{
	struct scn_writer *writer;
	struct rt_error error = { .code = RT_OK };
	char *path = stage_write_file("", 0);

	if (scn_writer_open(path, format, &writer, &error) != RT_OK)
		fail_msg("%s", error.text);
	struct scn_sink sink = scn_writer_sink(writer);
	assert_true(sink.write(sink.ctx, text, strlen(text)));
	if (scn_writer_close(writer, &error) != RT_OK)
		fail_msg("%s", error.text);
	return path;
}

static void drop(char *path)
{
	unlink(path);
	free(path);
}

static enum rt_status copy(const char *path, struct scn_text *out, struct rt_error *error)
{
	struct scn_reader *reader;
	enum rt_status status = scn_reader_open(path, &reader, error);

	if (status != RT_OK)
		return status;
	scn_text_clear(out);
	status = scn_reader_copy(reader, (struct scn_sink){ .write = keep, .ctx = out }, error);
	scn_reader_close(reader);
	return status;
}

static void each_format_is_known_and_read(void **state)
{
	struct scn_text out = { .data = NULL };

	(void)state;
	for (unsigned i = 0; i < SCN_FORMATS; i++) {
		enum scn_format format = (enum scn_format)i;
		struct rt_error error = { .code = RT_OK };
		struct scn_reader *reader;
		char *line = NULL;
		size_t size = 0;
		if (scn_format_lacks(format))
			continue;
		char *path = write_journal(LINES_RUN LINES_RUN, format);
		assert_int_equal(scn_format_of_file(path), format);
		assert_int_equal(copy(path, &out, &error), RT_OK);
		assert_string_equal(out.data, LINES_RUN LINES_RUN);
		assert_int_equal(scn_reader_open(path, &reader, &error), RT_OK);
		assert_int_equal(scn_reader_format(reader), format);
		assert_int_equal(scn_reader_skip(reader, strlen(LINES_RUN)), RT_OK);
		assert_true(getline(&line, &size, scn_reader_file(reader)) > 0);
		assert_string_equal(line, LINES_HEADER);
		assert_null(scn_reader_trouble(reader));
		assert_int_equal(scn_reader_copy(reader, (struct scn_sink){ .write = refuse }, &error),
				 RT_EINVAL);
		free(line);
		scn_reader_close(reader);
		drop(path);
	}
	scn_text_fini(&out);
}

static void what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ LINES_HEADER, "line 1 begins a run that breaks off: the journal is torn" },
		{ LINES_RUN LINES_HEADER, "line 6 begins a run that breaks off: the journal is torn" },
		{ LINES_HEADER LINES_RUN, "line 1 begins a run that breaks off: the journal is torn" },
		{ LINES_RUN "{\"treef", "line 6 breaks off: the journal is torn" },
		{ LINES_RUN "behind it\n", "line 6 belongs to no run" },
		{ "version: 1\n", "line 1 is not the header of a run" },
	};
	struct scn_text out = { .data = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned format = 0; format < SCN_FORMATS; format++) {
			struct rt_error error = { .code = RT_OK };
			if (scn_format_lacks((enum scn_format)format))
				continue;
			char *path = write_journal(rows[i].text, (enum scn_format)format);
			assert_int_equal(copy(path, &out, &error), RT_EINVAL);
			assert_string_equal(error.text, rows[i].says);
			if (strncmp(rows[i].text, "{", 1) == 0)
				assert_string_equal(out.data, rows[i].text);
			drop(path);
		}
	}
	scn_text_fini(&out);
}

static void files_that_are_none_are_told(void **state)
{
	struct rt_error error = { .code = RT_OK };
	struct scn_reader *reader = NULL;
	struct scn_writer *writer = NULL;

	(void)state;
	assert_int_equal(scn_reader_open("nowhere/at/all", &reader, &error), RT_EIO);
	assert_string_equal(error.text, "No such file or directory");
	assert_int_equal(scn_writer_open("nowhere/at/all", SCN_BINARY, &writer, &error), RT_EIO);
	assert_string_equal(error.text, "No such file or directory");
	assert_int_equal(scn_writer_to(STDOUT_FILENO, SCN_SQLITE, &writer, &error), RT_EIO);
	assert_string_equal(error.text, "a database has to be a file");
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	for (unsigned i = SCN_JSONL; i <= SCN_BINARY; i++) {
		struct scn_writer *writer;
		struct rt_error error = { .code = RT_OK };
		assert_int_equal(scn_writer_open("/dev/full", (enum scn_format)i, &writer, &error), RT_OK);
		struct scn_sink sink = scn_writer_sink(writer);
		(void)sink.write(sink.ctx, LINES_RUN, strlen(LINES_RUN));
		assert_int_equal(scn_writer_close(writer, &error), RT_EIO);
		assert_string_equal(error.text, "No space left on device");
	}
}

static void memory_may_fail_anywhere(void **state)
{
	struct scn_text text = { .data = NULL };

	(void)state;
	for (unsigned i = SCN_JSONL; i <= SCN_BINARY; i++) {
		char *path = write_journal(LINES_RUN, (enum scn_format)i);
		bool fired = true;
		for (uint64_t nth = 1; fired; nth++) {
			struct rt_error error = { .code = RT_OK };
			scn_text_fini(&text);
			scn_text_put(&text, LINES_RUN, strlen(LINES_RUN)); /* room for it */
			scn_arena_fail_nth(nth);
			enum rt_status status = copy(path, &text, &error);
			fired = scn_arena_fail_fired();
			scn_arena_fail_nth(0);
			assert_int_equal(status, fired ? RT_ENOMEM : RT_OK);
		}
		drop(path);
	}
	scn_text_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ending_of_a_name_says_the_format),
		cmocka_unit_test(each_format_is_known_and_read),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(files_that_are_none_are_told),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(memory_may_fail_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
