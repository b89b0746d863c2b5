/* far.h - the way from a handler in a process of its own to the runtime: what rt_self_... does there. */
#ifndef RUNTIME_FAR_H
#define RUNTIME_FAR_H

#include "deed.h"
#include "dispatch.h"
#include "worker.h"

/* A packet has one deed or more. */
#define RT_PACKET_MAX ((size_t)16 * 1024)

struct rt_far {
	int channel;
	struct rt_self *self; /* whose call runs */
	int *open;            /* descriptors that it holds */
	size_t n_open, open_capacity;
	size_t used;
	uint8_t packet[RT_PACKET_MAX];
};

/* Tell the runtime; goes out with the next one that waits, or when the call ends. */
void rt_far_tell(struct rt_far *far, const struct rt_deed *deed);
/* Tell, and wait for the answer.  If nobody is there any more this process ends. */
void rt_far_ask(struct rt_far *far, const struct rt_deed *deed, uint64_t answer[RT_DEED_ANSWERS]);
void rt_far_flush(struct rt_far *far);
/* The call ends here, and with it the process. */
void rt_far_leave(void *far, enum rt_fate fate) __attribute__((noreturn));
void rt_far_limit(void *far, rt_time budget);

/* Each as the one in worker.h. */
enum rt_status rt_far_send(struct rt_self *self, rt_id to, const struct rt_msg *msg);
enum rt_status rt_far_after(struct rt_self *self, rt_time delay, uint64_t word, uint64_t *timer);
void rt_far_cancel(struct rt_self *self, uint64_t timer);
enum rt_status rt_far_watch(struct rt_self *self, rt_id worker);
void rt_far_work(struct rt_self *self, rt_time duration);
enum rt_status rt_far_request(struct rt_self *self, const struct rt_ask *ask, uint64_t *id); /* ..._ask */
bool rt_far_asked(struct rt_self *self, uint64_t request, struct rt_asked *out);
void rt_far_answer(struct rt_self *self, uint64_t request, enum rt_outcome how, uint64_t value);
void rt_far_keep(struct rt_self *self, uint64_t request);
void rt_far_intake(struct rt_self *self, bool open);
rt_time rt_far_wall(struct rt_self *self);
rt_place rt_far_param_place(struct rt_self *self, unsigned index);
rt_atom rt_far_atom(struct rt_self *self, const char *text);
void *rt_far_alloc(struct rt_self *self, size_t size);
void rt_far_free(struct rt_self *self, void *memory);
bool rt_far_open(struct rt_self *self);
void rt_far_close(struct rt_self *self);

#endif
