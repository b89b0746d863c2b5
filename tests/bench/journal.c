/* journal.c - what a journal costs, from an event in the hands of the world's observer to where it is
 * written.
 *
 * The events are those of restarts, four each, of one of n workers after the other. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "scenarios/journal.h"
#include "scenarios/journals.h"

#define EVENTS 2000000u
#define PIECE  (64u << 10)

struct worker {
	struct scn_name name;
	char path[48];
};

static void name_it(struct scn_name *name, char *text)
{
	name->text = name->json = text;
	name->length = name->json_length = (uint32_t)strlen(text);
}

static struct scn_name *word(char *text)
{
	static struct scn_name names[3];
	static unsigned at;
	struct scn_name *name = &names[at++ % 3];

	name_it(name, text);
	return name;
}

/* So many events into a journal with this sink; seconds, or -1. */
static double write_events(struct scn_sink sink, unsigned n, unsigned events)
{
	static const unsigned kinds[] = { RT_EV_EXIT, RT_EV_CHILD_TERMINATED, RT_EV_RESTART, RT_EV_START };
	static char badarg[32] = "badarg", root[32] = "root", none[32] = "";
	struct scn_name *reason = word(badarg), *parent = word(root), *empty = word(none);
	struct worker *workers = calloc(n, sizeof *workers);
	struct scn_result result = { .verdict = SCN_PASS };
	struct scn_journal *journal;

	if (workers == NULL || scn_journal_new(sink, &journal) != RT_OK)
		return -1;
	for (unsigned i = 0; i < n; i++) {
		snprintf(workers[i].path, sizeof workers[i].path - SCN_NAME_SLACK, "root/domain/worker-%u",
			 i);
		name_it(&workers[i].name, workers[i].path);
	}
	double begin = bench_now();
	for (unsigned i = 0; i < events; i++) {
		unsigned kind = kinds[i % 4];
		struct worker *worker = &workers[i / 4 % n];
		struct rt_event event = { .seq = i + 1,
					  .cause = i % 4 > 0 ? i : 0,
					  .t = (rt_time)(i / 4) * 1000000,
					  .kind = (uint16_t)kind,
					  .place = 2 + i / 4 % n,
					  .other = kind == RT_EV_RESTART,
					  .incarnation = kind == RT_EV_RESTART ? 0 : i / 4 / n + 1,
					  .reason = kind == RT_EV_START ? RT_A_NONE : RT_A_NONE + 1,
					  .a = 3,
					  .b = 1000,
					  .type = RT_WORKER };
		struct scn_seen seen = { .event = &event,
					 .path = &worker->name,
					 .other = kind == RT_EV_RESTART ? parent : empty,
					 .reason = kind == RT_EV_START ? empty : reason,
					 .from = empty };
		scn_journal_event(journal, &seen);
	}
	scn_journal_end(journal, &result);
	double seconds = bench_now() - begin;

	scn_journal_free(journal);
	free(workers);
	return result.journal_failed ? -1 : seconds;
}

static double write_file(const char *path, enum scn_format format, unsigned n, unsigned events)
{
	struct scn_writer *writer;
	double begin = bench_now();

	if (scn_format_lacks(format) != NULL)
		return BENCH_SKIPPED;
	if (scn_writer_open(path, format, &writer, NULL) != RT_OK)
		return -1;
	double seconds = write_events(scn_writer_sink(writer), n, events);

	/* What is not on its way yet is part of the price. */
	if (scn_writer_close(writer, NULL) != RT_OK || seconds < 0)
		return -1;
	return bench_now() - begin;
}

static double per_event(double seconds, unsigned events)
{
	return seconds < 0 ? seconds : seconds * 1e9 / events;
}

double bench_journal_line(unsigned n)
{
	unsigned events = bench_times(EVENTS);

	return per_event(write_events((struct scn_sink){ .write = NULL }, n, events), events);
}

double bench_journal_binary(unsigned n)
{
	unsigned events = bench_times(EVENTS);

	return per_event(write_file("/dev/null", SCN_BINARY, n, events), events);
}

double bench_journal_sqlite(unsigned n)
{
	unsigned events = bench_times(EVENTS);
	const char *folder = getenv("TMPDIR");
	char path[200];

	snprintf(path, sizeof path, "%s/treefall-bench-%d.db", folder != NULL ? folder : P_tmpdir,
		 (int)getpid());
	double seconds = write_file(path, SCN_SQLITE, n, events);

	(void)unlink(path);
	return seconds < 0 ? seconds : events / seconds;
}

/* --- a pipe -------------------------------------------------------------------------------------------- */

/* The end to write to of a pipe that somebody reads; -1: there is none. */
static int open_pipe(pid_t *reader)
{
	static char piece[PIECE];
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	*reader = fork();
	if (*reader == 0) {
		close(ends[1]);
		while (read(ends[0], piece, sizeof piece) > 0)
			;
		_exit(0);
	}
	close(ends[0]);
	return ends[1];
}

static bool close_pipe(int fd, pid_t reader)
{
	return close(fd) == 0 && waitpid(reader, NULL, 0) == reader;
}

double bench_journal_pipe(unsigned n)
{
	unsigned events = bench_times(EVENTS);
	pid_t reader = -1;
	int fd = open_pipe(&reader);
	struct scn_writer *writer;

	if (fd < 0 || reader < 0 || scn_writer_to(fd, SCN_JSONL, &writer, NULL) != RT_OK)
		return -1;
	double seconds = write_events(scn_writer_sink(writer), n, events);

	if (scn_writer_close(writer, NULL) != RT_OK || !close_pipe(fd, reader))
		return -1;
	return per_event(seconds, events);
}

static bool count(void *ctx, const char *text, size_t length)
{
	(void)text;
	*(size_t *)ctx += length;
	return true;
}

/* As many bytes as the lines have, of no meaning. */
double bench_floor_stream(unsigned n)
{
	static char piece[PIECE];
	unsigned events = bench_times(EVENTS);
	size_t bytes = 0;
	pid_t reader = -1;

	if (write_events((struct scn_sink){ .write = count, .ctx = &bytes }, n, events) < 0)
		return -1;
	int fd = open_pipe(&reader);
	double begin = bench_now();

	for (size_t part; fd >= 0 && bytes > 0; bytes -= part) {
		part = bytes < PIECE ? bytes : PIECE;
		if (write(fd, piece, part) != (ssize_t)part)
			return -1;
	}
	double seconds = bench_now() - begin;

	return fd >= 0 && close_pipe(fd, reader) ? per_event(seconds, events) : -1;
}
