/* journals.h - journals as files: what forms there are, writing each, and reading any.
 *
 * Whatever form a journal has, it is made from the lines of JSON Lines and gives them again byte for byte; so
 * who writes one writes such lines into a sink, and who reads one reads such lines.
 */
#ifndef SCENARIOS_JOURNALS_H
#define SCENARIOS_JOURNALS_H

#include <stdio.h>

#include "scenario.h"

/* name, word, endings of names of files (parted by blanks), what it is */
#define SCN_FORMAT_LIST(X)                                                                                   \
	X(SCN_JSONL, "jsonl", ".jsonl .json", "JSON Lines: text, a line for each event")                     \
	X(SCN_BINARY, "binary", ".tfj", "the same, packed and checksummed: about a fifteenth of the size")   \
	X(SCN_SQLITE, "sqlite", ".db .sqlite .sqlite3", "a database of SQLite: durable, and can be queried")
enum scn_format {
#define X(name, word, endings, help) name,
	SCN_FORMAT_LIST(X)
#undef X
	SCN_FORMATS /* none of them */
};
const char *scn_format_word(enum scn_format format);
const char *scn_format_help(enum scn_format format);
const char *scn_format_endings(enum scn_format format);
enum scn_format scn_format_find(const char *word);
/* What a file of this name is to be: JSON Lines if the ending says nothing. */
enum scn_format scn_format_of_name(const char *path);
/* What this file is, by how it begins: SCN_FORMATS if it is no journal, or no regular file. */
enum scn_format scn_format_of_file(const char *path);
/* Null: this build can write and read it; otherwise what it lacks. */
const char *scn_format_lacks(enum scn_format format);

/* --- writing ------------------------------------------------------------------------------------------- */

struct scn_writer;

/* A file of JSON Lines or of the binary form is replaced, to a database is added.  RT_EIO: `error` says why;
 * RT_ESTATE: what this build lacks. */
enum rt_status scn_writer_open(const char *path, enum scn_format format, struct scn_writer **out,
			       struct rt_error *error) RT_MUST_CHECK;
/* To a file that is open already and stays open; no database. */
enum rt_status scn_writer_to(int fd, enum scn_format format, struct scn_writer **out,
			     struct rt_error *error) RT_MUST_CHECK;
struct scn_sink scn_writer_sink(struct scn_writer *writer);
/* RT_EIO: something could not be written, and is lost.  Null is allowed. */
enum rt_status scn_writer_close(struct scn_writer *writer, struct rt_error *error) RT_MUST_CHECK;

/* --- reading ------------------------------------------------------------------------------------------- */

struct scn_reader;

/* RT_EIO: it cannot be opened; RT_EINVAL: it is damaged at its very begin; RT_ESTATE: what this build lacks.
 */
enum rt_status scn_reader_open(const char *path, struct scn_reader **out,
			       struct rt_error *error) RT_MUST_CHECK;
void scn_reader_close(struct scn_reader *reader); /* null is allowed */
enum scn_format scn_reader_format(const struct scn_reader *reader);
/* The lines, to be read from here. */
FILE *scn_reader_file(struct scn_reader *reader);
/* When they have ended: why it was before the file's end, with the place; null: it was not. */
const char *scn_reader_trouble(const struct scn_reader *reader);
/* Go on behind this many bytes of text, counted from where the reader is. */
enum rt_status scn_reader_skip(struct scn_reader *reader, uint64_t bytes) RT_MUST_CHECK;
/* All lines to a sink, as far as the file goes.  RT_EINVAL: it is torn, damaged or no journal, `error` says
 * where; RT_EIO: the sink refused. */
enum rt_status scn_reader_copy(struct scn_reader *reader, struct scn_sink sink,
			       struct rt_error *error) RT_MUST_CHECK;

#endif
