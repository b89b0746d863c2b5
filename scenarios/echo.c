/* echo.c - finding the next line of an isolated worker.  What is in its list needs no escaping, so the text
 * between the quotes is the list. */
#include "echo.h"

#include <stdlib.h>
#include <string.h>

#define EVENT  "\"event\":\"isolated\""
#define LIST   ",\"did\":\""
#define HEADER "{\"treefall\":" /* begins the next run */
#define EARLY  100              /* bytes of a line in which its event is named */

static char *list_of(char *line, size_t length)
{
	char *list, *end;

	if (!memmem(line, length < EARLY ? length : EARLY, EVENT, sizeof(EVENT) - 1))
		return NULL;
	list = strstr(line, LIST);
	end = list ? strchr(list + sizeof(LIST) - 1, '"') : NULL;
	if (!end)
		return NULL;
	*end = '\0';
	return list + sizeof(LIST) - 1;
}

/* Null: there is none left in this run. */
static char *next_list(struct scn_echo *echo)
{
	ssize_t length;

	while ((length = getline(&echo->line, &echo->capacity, scn_reader_file(echo->reader))) > 0) {
		char *list = list_of(echo->line, (size_t)length);

		if (list || strncmp(echo->line, HEADER, sizeof(HEADER) - 1) == 0)
			return list;
	}
	return NULL;
}

static void call(void *ctx, struct rt_isolated *isolated)
{
	const char *list = next_list(ctx);

	/* What cannot be read ends the worker: the new run then differs from the old one, and says where. */
	(void)rt_isolated_read(isolated, list ? list : "");
}

enum rt_status scn_echo_open(struct scn_echo *echo, const char *path, uint64_t offset)
{
	*echo = (struct scn_echo){ .isolator = { .ctx = echo, .call = call } };
	enum rt_status status = scn_reader_open(path, &echo->reader, NULL);

	if (status == RT_OK)
		status = scn_reader_skip(echo->reader, offset);
	if (status != RT_OK)
		scn_echo_close(echo);
	return status;
}

void scn_echo_close(struct scn_echo *echo)
{
	scn_reader_close(echo->reader);
	free(echo->line);
	echo->reader = NULL;
	echo->line = NULL;
}
