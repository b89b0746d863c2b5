/* far.c - a handler's wishes as packets.  It has the runtime's whole memory, as it was when its process was
 * forked; what may have changed since is asked for, what it wants done is told. */
#include "far.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "account.h"
#include "core.h"

/* --- packets ------------------------------------------------------------------------------------------- */

/* Nobody is there any more: then there is nothing to do here either. */
static void check(bool there)
{
	if (!there)
		_exit(0);
}

void rt_far_flush(struct rt_far *far)
{
	ssize_t sent;

	if (far->used == 0)
		return;
	do
		sent = send(far->channel, far->packet, far->used, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	check(sent == (ssize_t)far->used);
	far->used = 0;
}

void rt_far_tell(struct rt_far *far, const struct rt_deed *deed)
{
	if (RT_PACKET_MAX - far->used < RT_DEED_BYTES_MAX)
		rt_far_flush(far);
	far->used += rt_deed_pack(deed, far->packet + far->used, RT_PACKET_MAX - far->used);
}

void rt_far_ask(struct rt_far *far, const struct rt_deed *deed, uint64_t answer[RT_DEED_ANSWERS])
{
	size_t size = RT_DEED_ANSWERS * sizeof(answer[0]);
	ssize_t length;

	rt_far_tell(far, deed);
	rt_far_flush(far);
	do
		length = recv(far->channel, answer, size, 0);
	while (length < 0 && errno == EINTR);
	check(length == (ssize_t)size);
}

void rt_far_leave(void *ctx, enum rt_fate fate)
{
	struct rt_far *far = ctx;
	struct rt_deed deed = { .kind = RT_DEED_EXIT, .number = { far->self->leaving } };

	if (fate != RT_FATE_LEFT) {
		deed.kind = RT_DEED_DIE;
		strcpy(deed.text, rt_fate_reason(fate));
	}
	rt_far_tell(far, &deed);
	rt_far_flush(far);
	_exit(0);
}

/* At once: what comes next may have no end. */
void rt_far_limit(void *ctx, rt_time budget)
{
	struct rt_deed deed = { .kind = RT_DEED_LIMIT, .number = { budget < 0 ? 0 : (uint64_t)budget } };

	rt_far_tell(ctx, &deed);
	rt_far_flush(ctx);
}

/* --- what a handler may do ----------------------------------------------------------------------------- */

static uint64_t ask(struct rt_self *self, enum rt_deed_kind kind, uint64_t number)
{
	struct rt_deed deed = { .kind = kind, .number = { number } };
	uint64_t answer[RT_DEED_ANSWERS];

	rt_far_ask(self->far, &deed, answer);
	return answer[0];
}

static void tell(struct rt_self *self, enum rt_deed_kind kind, uint64_t number)
{
	struct rt_deed deed = { .kind = kind, .number = { number } };

	rt_far_tell(self->far, &deed);
}

enum rt_status rt_far_send(struct rt_self *self, rt_id to, const struct rt_msg *msg)
{
	struct rt_deed deed = { .kind = RT_DEED_SEND, .number = { to, msg->from, msg->tag } };

	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		deed.number[3 + i] = msg->word[i];
	rt_far_tell(self->far, &deed);
	return RT_OK;
}

enum rt_status rt_far_after(struct rt_self *self, rt_time delay, uint64_t word, uint64_t *timer)
{
	struct rt_deed deed = { .kind = RT_DEED_AFTER, .number = { (uint64_t)delay, word } };
	uint64_t answer[RT_DEED_ANSWERS];

	rt_far_ask(self->far, &deed, answer);
	if (timer != NULL)
		*timer = answer[0];
	return RT_OK;
}

void rt_far_cancel(struct rt_self *self, uint64_t timer)
{
	tell(self, RT_DEED_CANCEL, timer);
}

enum rt_status rt_far_watch(struct rt_self *self, rt_id worker)
{
	tell(self, RT_DEED_WATCH, worker);
	return RT_OK;
}

void rt_far_work(struct rt_self *self, rt_time duration)
{
	tell(self, RT_DEED_WORK, (uint64_t)duration);
}

enum rt_status rt_far_request(struct rt_self *self, const struct rt_ask *request, uint64_t *id)
{
	struct rt_deed deed = { .kind = RT_DEED_ASK };
	uint64_t answer[RT_DEED_ANSWERS];

	rt_deed_from_ask(&deed, request);
	rt_far_ask(self->far, &deed, answer);
	if (id != NULL)
		*id = answer[0];
	return RT_OK;
}

bool rt_far_asked(struct rt_self *self, uint64_t request, struct rt_asked *out)
{
	struct rt_deed deed = { .kind = RT_DEED_ASKED, .number = { request } };
	uint64_t answer[RT_DEED_ANSWERS];

	rt_far_ask(self->far, &deed, answer);
	return rt_deed_to_asked(answer, out);
}

void rt_far_answer(struct rt_self *self, uint64_t request, enum rt_outcome how, uint64_t value)
{
	struct rt_deed deed = { .kind = RT_DEED_ANSWER, .number = { request, how, value } };

	rt_far_tell(self->far, &deed);
}

void rt_far_keep(struct rt_self *self, uint64_t request)
{
	tell(self, RT_DEED_KEEP, request);
}

void rt_far_intake(struct rt_self *self, bool open)
{
	tell(self, RT_DEED_INTAKE, open);
}

rt_time rt_far_wall(struct rt_self *self)
{
	return (rt_time)ask(self, RT_DEED_WALL, 0);
}

rt_place rt_far_param_place(struct rt_self *self, unsigned index)
{
	return (rt_place)ask(self, RT_DEED_PLACE, index);
}

/* Texts are never forgotten, so those of when we were forked are still the same. */
rt_atom rt_far_atom(struct rt_self *self, const char *text)
{
	struct rt_deed deed = { .kind = RT_DEED_ATOM };
	uint64_t answer[RT_DEED_ANSWERS];
	size_t length = strlen(text);
	rt_atom atom = rt_atom_find(self->rt, text, length);

	if (atom != 0 || length == 0)
		return atom;
	strncpy(deed.text, text, RT_DEED_TEXT_MAX);
	rt_far_ask(self->far, &deed, answer);
	return (rt_atom)answer[0];
}

/* --- resources ----------------------------------------------------------------------------------------- */

/* Before each block, its size. */
#define HEAD ((size_t)16)

/* First the system is asked, then the books: whoever says no first, says no. */
void *rt_far_alloc(struct rt_self *self, size_t size)
{
	uint8_t *block = size > SIZE_MAX / 2 ? NULL : calloc(1, HEAD + size);

	if (block == NULL)
		rt_far_leave(self->far, RT_FATE_QUOTA);
	enum rt_grant grant = (enum rt_grant)ask(self, RT_DEED_TAKE, size);

	if (grant != RT_GRANTED)
		free(block);
	if (grant == RT_OVER_QUOTA)
		rt_far_leave(self->far, RT_FATE_QUOTA);
	if (grant != RT_GRANTED)
		return NULL;
	memcpy(block, &size, sizeof(size));
	return block + HEAD;
}

void rt_far_free(struct rt_self *self, void *memory)
{
	uint8_t *block = (uint8_t *)memory - HEAD;
	size_t size;

	memcpy(&size, block, sizeof(size));
	free(block);
	tell(self, RT_DEED_GIVE, size);
}

/* Room for one more. */
static bool reserve(struct rt_far *far)
{
	size_t capacity = far->open_capacity == 0 ? 16 : 2 * far->open_capacity;

	if (far->n_open < far->open_capacity)
		return true;
	int *open = realloc(far->open, capacity * sizeof(*open));

	if (open == NULL)
		return false;
	far->open = open;
	far->open_capacity = capacity;
	return true;
}

bool rt_far_open(struct rt_self *self)
{
	struct rt_far *far = self->far;
	int fd = reserve(far) ? eventfd(0, EFD_CLOEXEC) : -1;

	if (fd < 0) {
		tell(self, RT_DEED_REFUSED, 0);
		return false;
	}
	if (ask(self, RT_DEED_OPEN, 0) == 0) {
		close(fd);
		return false;
	}
	far->open[far->n_open++] = fd;
	return true;
}

void rt_far_close(struct rt_self *self)
{
	struct rt_far *far = self->far;

	if (far->n_open == 0)
		return;
	close(far->open[--far->n_open]);
	tell(self, RT_DEED_CLOSE, 0);
}
