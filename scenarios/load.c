/* load.c - a file to a scenario: reading, then parsing, then binding.
 *
 * Memory during a load is the text, the nodes and the scenario; text and nodes are gone when it returns,
 * unless there are diagnostics, which show lines of the text.
 */
#include "scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "bind.h"
#include "diag.h"
#include "fired.h"
#include "node.h"
#include "said.h"

/* A text in memory is no file: the one line of JSON that a journal begins with has every default in it, and
 * so is several times as long as the file that it came from. */
#define TEXT_MAX (512u << 20)

static enum rt_status load(const char *file, const char *text, size_t length, struct scn_diags *diags,
			   struct scn_scenario **out)
{
	enum rt_status status = RT_ENOMEM;
	struct scn_arena *own = scn_arena_new(), *temp = scn_arena_new();
	struct scn_binder *b = NULL;
	struct scn_node *root;

	*out = NULL;
	if (!own || !temp)
		goto out;
	struct scn_scenario *scenario = scn_arena_alloc(own, sizeof(*scenario));
	b = scn_arena_alloc(temp, sizeof(*b));
	if (!scenario || !b)
		goto out;
	scenario->arena = own;
	scenario->file = scn_arena_text(own, file, strlen(file));
	scenario->said = scn_said_new(own);
	if (!scenario->file || !scenario->said)
		goto out;
	status = scn_node_parse(text, length, temp, own, diags, &root);
	if (status == RT_ENOMEM || !root)
		goto out;
	b->scenario = scenario;
	b->arena = own;
	b->temp = temp;
	b->diags = diags;
	b->pools_end = &b->pools;
	b->refs_end = &b->refs;
	b->dynamics_end = &b->dynamics;
	scn_bind_scenario(b, root);
	status = b->no_memory ? RT_ENOMEM : diags->count ? RT_EINVAL : RT_OK;
	if (status == RT_OK)
		scenario->fired = scn_fired_texts(own, scenario->method, scenario->n_method);
	if (status == RT_OK && !scenario->fired)
		status = RT_ENOMEM;
	if (status == RT_OK) {
		*out = scenario;
		own = NULL;
	}
out:
	scn_arena_free(temp);
	scn_arena_free(own);
	return status;
}

/* The last words of a load that failed; with no memory for them the status has to do. */
static enum rt_status give_up(struct scn_diags *diags, enum rt_status status)
{
	if (status == RT_ENOMEM && !scn_diag_add(diags, 0, 0, "out of memory"))
		return RT_ENOMEM;
	scn_diags_sort(diags);
	return status;
}

struct scn_scenario *scn_load_text(const char *file, const char *text, size_t length, struct scn_diags *diags,
				   enum rt_status *status)
{
	struct scn_scenario *scenario = NULL;

	*status = RT_ENOMEM;
	if (!scn_diags_name(diags, file))
		return NULL;
	if (length > TEXT_MAX) {
		*status = scn_diag_add(diags, 0, 0, "longer than %u MiB", TEXT_MAX >> 20) ? RT_EINVAL
											  : RT_ENOMEM;
		return NULL;
	}
	*status = load(file, text, length, diags, &scenario);
	if (*status == RT_OK)
		return scenario;
	*status = give_up(diags, *status);
	/* Messages are good without their lines. */
	scn_mem_free(diags->source);
	diags->source = diags->count ? scn_mem_alloc(length) : NULL;
	diags->source_length = diags->source ? length : 0;
	if (diags->source)
		memcpy(diags->source, text, length);
	return NULL;
}

/* --- files --------------------------------------------------------------------------------------------- */

static enum rt_status complain(struct scn_diags *diags, enum rt_status status, const char *text)
{
	return scn_diag_add(diags, 0, 0, "%s", text) ? status : RT_ENOMEM;
}

static enum rt_status complain_errno(struct scn_diags *diags, const char *what)
{
	return scn_diag_add(diags, 0, 0, "%s: %s", what, strerror(errno)) ? RT_EIO : RT_ENOMEM;
}

static enum rt_status complain_size(struct scn_diags *diags)
{
	return scn_diag_add(diags, 0, 0, "larger than %u MiB; that is no scenario", SCN_FILE_MAX >> 20)
		       ? RT_EINVAL
		       : RT_ENOMEM;
}

/* Everything up to the end, which of a pipe nobody knows beforehand. */
static enum rt_status read_all(int fd, size_t expected, struct scn_diags *diags, char **out, size_t *length)
{
	size_t size = expected + 1, used = 0;
	char *text = scn_mem_alloc(size);

	while (text) {
		if (used == size) {
			size *= 2;
			char *more = scn_mem_resize(text, size);
			if (!more)
				break;
			text = more;
		}
		ssize_t got = read(fd, text + used, size - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			enum rt_status status = complain_errno(diags, "cannot be read");
			scn_mem_free(text);
			return status;
		}
		used += (size_t)got;
		if (used > SCN_FILE_MAX) {
			scn_mem_free(text);
			return complain_size(diags);
		}
		if (got == 0) {
			*out = text;
			*length = used;
			return RT_OK;
		}
	}
	scn_mem_free(text);
	return RT_ENOMEM;
}

static enum rt_status read_file(const char *path, struct scn_diags *diags, char **text, size_t *length)
{
	enum rt_status status;
	struct stat about;
	/* Without O_NONBLOCK a FIFO that nobody writes to would be waited for; so it is an empty file. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return complain_errno(diags, "cannot be opened");
	if (fstat(fd, &about) != 0 || fcntl(fd, F_SETFL, 0) != 0)
		status = complain_errno(diags, "cannot be read");
	else if (S_ISDIR(about.st_mode))
		status = complain(diags, RT_EIO, "cannot be read: it is a directory");
	else if (S_ISREG(about.st_mode) && about.st_size > (off_t)SCN_FILE_MAX)
		status = complain_size(diags);
	else
		status = read_all(fd, S_ISREG(about.st_mode) ? (size_t)about.st_size : 4095, diags, text,
				  length);
	close(fd);
	return status;
}

struct scn_scenario *scn_load_file(const char *path, struct scn_diags *diags, enum rt_status *status)
{
	struct scn_scenario *scenario = NULL;
	char *text = NULL;
	size_t length = 0;

	*status = RT_ENOMEM;
	if (!scn_diags_name(diags, path))
		return NULL;
	*status = read_file(path, diags, &text, &length);
	if (*status == RT_OK)
		*status = load(path, text, length, diags, &scenario);
	if (*status == RT_OK) {
		scn_mem_free(text);
		return scenario;
	}
	*status = give_up(diags, *status);
	scn_mem_free(diags->source);
	diags->source = text;
	diags->source_length = length;
	return NULL;
}

void scn_free(struct scn_scenario *scenario)
{
	if (!scenario)
		return;
	scn_said_fini(scenario->said);
	scn_arena_free(scenario->arena);
}
