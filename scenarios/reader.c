/* reader.c - journals of any form as the lines that they stand for: a stream of the C library, with what
 * unpacks behind it. */
#include "journals.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "database.h"
#include "packed.h"
#include "unpack.h"

#define HEADER "{\"treefall\":"
#define END    "{\"end\":"
#define PIECE  (64u << 10)

struct scn_reader {
	enum scn_format format;
	FILE *packed; /* below `file`, for the binary form */
	FILE *file;
	struct scn_unpack *unpack;
	struct scn_rows *rows;
	const char *text; /* what is left of what was unpacked */
	size_t length;
	struct rt_error error;
};

static size_t read_packed(void *ctx, unsigned char *buf, size_t size)
{
	struct scn_reader *reader = ctx;

	return fread(buf, 1, size, reader->packed);
}

static bool next_piece(struct scn_reader *reader)
{
	enum rt_status status = reader->unpack ? scn_unpack_block(reader->unpack, &reader->text,
								  &reader->length, &reader->error)
					       : scn_rows_next(reader->rows, &reader->text, &reader->length,
							       &reader->error);

	reader->error.code = status;
	if (status == RT_OK && reader->packed && ferror(reader->packed))
		reader->error.code = rt_error_set(&reader->error, RT_EIO, "%s", strerror(errno));
	if (reader->error.code != RT_OK)
		reader->length = 0;
	return reader->length > 0;
}

static ssize_t read_text(void *ctx, char *buf, size_t size)
{
	struct scn_reader *reader = ctx;

	if (reader->length == 0 && (reader->error.code != RT_OK || !next_piece(reader)))
		return 0;
	size_t n = size < reader->length ? size : reader->length;
	memcpy(buf, reader->text, n);
	reader->text += n;
	reader->length -= n;
	return (ssize_t)n;
}

static enum rt_status put_over(struct scn_reader *reader)
{
	reader->file = fopencookie(reader, "r", (cookie_io_functions_t){ .read = read_text });
	if (!reader->file)
		return RT_ENOMEM;
	(void)setvbuf(reader->file, NULL, _IOFBF, PIECE);
	return RT_OK;
}

static enum rt_status open_text(struct scn_reader *reader, const char *path, struct rt_error *error)
{
	int first;

	if (scn_format_of_file(path) == SCN_SQLITE) {
		reader->format = SCN_SQLITE;
		enum rt_status status = scn_rows_open(path, &reader->rows, error);
		return status == RT_OK ? put_over(reader) : status;
	}
	reader->file = fopen(path, "re");
	if (!reader->file)
		return rt_error_set(error, RT_EIO, "%s", strerror(errno));
	/* The first byte tells; of a pipe it can be given back. */
	first = getc(reader->file);
	if (first != EOF)
		(void)ungetc(first, reader->file);
	if (first != (unsigned char)SCN_PACKED_MAGIC[0])
		return RT_OK;
	reader->format = SCN_BINARY;
	reader->packed = reader->file;
	reader->file = NULL;
	enum rt_status status = scn_unpack_new(read_packed, reader, &reader->unpack);
	return status == RT_OK ? put_over(reader) : status;
}

enum rt_status scn_reader_open(const char *path, struct scn_reader **out, struct rt_error *error)
{
	struct scn_reader *reader = scn_mem_alloc(sizeof(*reader));

	if (!reader)
		return rt_error_set(error, RT_ENOMEM, "%s", rt_status_text(RT_ENOMEM));
	*reader = (struct scn_reader){ .format = SCN_JSONL };
	enum rt_status status = open_text(reader, path, error);
	if (status == RT_OK) {
		*out = reader;
		return RT_OK;
	}
	if (status == RT_ENOMEM)
		(void)rt_error_set(error, status, "%s", rt_status_text(status));
	scn_reader_close(reader);
	return status;
}

void scn_reader_close(struct scn_reader *reader)
{
	if (!reader)
		return;
	if (reader->file)
		fclose(reader->file);
	if (reader->packed)
		fclose(reader->packed);
	scn_unpack_free(reader->unpack);
	scn_rows_close(reader->rows);
	scn_mem_free(reader);
}

enum scn_format scn_reader_format(const struct scn_reader *reader)
{
	return reader->format;
}

FILE *scn_reader_file(struct scn_reader *reader)
{
	return reader->file;
}

const char *scn_reader_trouble(const struct scn_reader *reader)
{
	return reader->error.code != RT_OK ? reader->error.text : NULL;
}

enum rt_status scn_reader_skip(struct scn_reader *reader, uint64_t bytes)
{
	char piece[4096];

	if (reader->format == SCN_JSONL && bytes <= INT64_MAX &&
	    fseeko(reader->file, (off_t)bytes, SEEK_CUR) == 0)
		return RT_OK;
	while (bytes > 0) {
		size_t n = bytes < sizeof(piece) ? (size_t)bytes : sizeof(piece);
		if (fread(piece, 1, n, reader->file) != n)
			return RT_EIO;
		bytes -= n;
	}
	return RT_OK;
}

/* --- copying ------------------------------------------------------------------------------------------- */

/* Where the lines are, and whether runs have their ends. */
struct survey {
	uint64_t line;       /* the one that is being looked at, from 1 */
	uint64_t begun;      /* the header of the run that goes on; 0: none does */
	char begin[16];      /* of the line */
	size_t length;       /* of all of it */
	struct rt_error *error;
	enum rt_status status;
};

static void found(struct survey *survey, const char *what, uint64_t line)
{
	if (survey->status == RT_OK)
		survey->status = rt_error_set(survey->error, RT_EINVAL, "line %" PRIu64 " %s", line, what);
}

static bool begins(const struct survey *survey, const char *text)
{
	size_t n = strlen(text);
	return survey->length >= n && memcmp(survey->begin, text, n) == 0;
}

static void end_line(struct survey *survey)
{
	if (begins(survey, HEADER)) {
		if (survey->begun)
			found(survey, "begins a run that breaks off: the journal is torn", survey->begun);
		survey->begun = survey->line;
	} else if (begins(survey, END)) {
		survey->begun = 0;
	} else if (!survey->begun) {
		found(survey, "belongs to no run", survey->line);
	}
	survey->line++;
	survey->length = 0;
}

static void look(struct survey *survey, const char *text, size_t length)
{
	while (length > 0) {
		const char *newline = memchr(text, '\n', length);
		size_t piece = newline ? (size_t)(newline - text) + 1 : length;
		if (survey->length < sizeof(survey->begin)) {
			size_t room = sizeof(survey->begin) - survey->length;
			memcpy(survey->begin + survey->length, text, piece < room ? piece : room);
		}
		survey->length += piece;
		if (newline)
			end_line(survey);
		text += piece;
		length -= piece;
	}
}

enum rt_status scn_reader_copy(struct scn_reader *reader, struct scn_sink sink, struct rt_error *error)
{
	struct survey survey = { .line = 1, .error = error };
	char piece[PIECE];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), reader->file)) > 0) {
		if (survey.line == 1 && survey.length == 0 &&
		    (n < sizeof(HEADER) - 1 || memcmp(piece, HEADER, sizeof(HEADER) - 1) != 0))
			return rt_error_set(error, RT_EINVAL, "line 1 is not the header of a run");
		look(&survey, piece, n);
		if (!sink.write(sink.ctx, piece, n))
			return rt_error_set(error, RT_EIO, "%s", rt_status_text(RT_EIO));
	}
	if (reader->error.code != RT_OK)
		return rt_error_set(error, reader->error.code, "%s", reader->error.text);
	if (ferror(reader->file))
		return rt_error_set(error, RT_EIO, "%s", strerror(errno));
	if (survey.length > 0)
		found(&survey, "breaks off: the journal is torn", survey.line);
	if (survey.begun)
		found(&survey, "begins a run that breaks off: the journal is torn", survey.begun);
	if (survey.line == 1 && survey.length == 0)
		return rt_error_set(error, RT_EINVAL, "there is nothing in it");
	return survey.status;
}
