/* writer.c - a journal's sink with a file below it. */
#include "journals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "database.h"
#include "pack.h"

struct scn_writer {
	int fd; /* -1: a database has its own */
	bool ours;
	int error; /* the first errno that writing gave */
	struct scn_pack *pack;
	struct scn_database *database;
	struct scn_sink sink;
};

/* Nothing but the kernel is asked, so this is fit for last words. */
static bool write_all(void *ctx, const char *text, size_t length)
{
	struct scn_writer *writer = ctx;

	while (length > 0) {
		ssize_t n = write(writer->fd, text, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			writer->error = writer->error ? writer->error : errno;
			return false;
		}
		text += n;
		length -= (size_t)n;
	}
	return true;
}

static enum rt_status set_up(struct scn_writer *writer, int fd, enum scn_format format)
{
	writer->fd = fd;
	writer->sink = (struct scn_sink){ .write = write_all, .ctx = writer };
	if (format != SCN_BINARY)
		return RT_OK;
	enum rt_status status = scn_pack_new(writer->sink, &writer->pack);
	if (status == RT_OK)
		writer->sink = scn_pack_sink(writer->pack);
	return status;
}

static struct scn_writer *new_writer(void)
{
	struct scn_writer *writer = scn_mem_alloc(sizeof(*writer));

	if (writer)
		*writer = (struct scn_writer){ .fd = -1 };
	return writer;
}

static enum rt_status done(struct scn_writer *writer, enum rt_status status, struct scn_writer **out,
			   struct rt_error *error)
{
	*out = status == RT_OK ? writer : NULL;
	if (status == RT_ENOMEM)
		(void)rt_error_set(error, status, "%s", rt_status_text(status));
	if (status != RT_OK)
		scn_mem_free(writer);
	return status;
}

enum rt_status scn_writer_open(const char *path, enum scn_format format, struct scn_writer **out,
			       struct rt_error *error)
{
	struct scn_writer *writer = new_writer();
	enum rt_status status = writer ? RT_OK : RT_ENOMEM;

	if (status == RT_OK && format == SCN_SQLITE) {
		status = scn_database_open(path, &writer->database, error);
		if (status == RT_OK)
			writer->sink = scn_database_sink(writer->database);
		return done(writer, status, out, error);
	}
	int fd = status == RT_OK ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
	if (status == RT_OK && fd < 0)
		status = rt_error_set(error, RT_EIO, "%s", strerror(errno));
	if (status == RT_OK)
		status = set_up(writer, fd, format);
	if (status == RT_OK)
		writer->ours = true;
	else if (fd >= 0)
		(void)close(fd);
	return done(writer, status, out, error);
}

enum rt_status scn_writer_to(int fd, enum scn_format format, struct scn_writer **out, struct rt_error *error)
{
	struct scn_writer *writer = new_writer();
	enum rt_status status = writer ? RT_OK : RT_ENOMEM;

	if (format == SCN_SQLITE)
		status = rt_error_set(error, RT_EIO, "a database has to be a file");
	if (status == RT_OK)
		status = set_up(writer, fd, format);
	return done(writer, status, out, error);
}

struct scn_sink scn_writer_sink(struct scn_writer *writer)
{
	return writer->sink;
}

enum rt_status scn_writer_close(struct scn_writer *writer, struct rt_error *error)
{
	enum rt_status status = RT_OK;

	if (!writer)
		return RT_OK;
	if (writer->pack)
		(void)writer->sink.flush(writer->sink.ctx, false);
	if (writer->ours && close(writer->fd) != 0 && writer->error == 0)
		writer->error = errno;
	if (writer->database)
		status = scn_database_close(writer->database, error);
	if (writer->error)
		status = rt_error_set(error, RT_EIO, "%s", strerror(writer->error));
	scn_pack_free(writer->pack);
	scn_mem_free(writer);
	return status;
}
