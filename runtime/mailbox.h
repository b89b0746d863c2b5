/* mailbox.h - what waits for an actor, in order of arrival.
 *
 * The queue links messages, and also the dead: an actor that ended is itself the notice to its supervisor, so
 * telling of a death needs no memory.  A reference with RT_REF_DEAD is such an actor's slot.
 */
#ifndef RUNTIME_MAILBOX_H
#define RUNTIME_MAILBOX_H

#include "region.h"
#include "runtime.h"

#define RT_REF_DEAD 0x80000000u

enum rt_mail_kind {
	RT_MAIL_USER,        /* struct rt_msg */
	RT_MAIL_INSIDE,      /* run a hook in the worker's place */
	RT_MAIL_PARENT_EXIT, /* exit signal from the parent */
	RT_MAIL_EXIT,        /* exit signal from anybody else */
	RT_MAIL_DOWN,        /* notice of a monitor */
	RT_MAIL_STOP,        /* orderly stop, not through the parent */
	RT_MAIL_RETRY,       /* a supervisor to itself: try this record again */
	RT_MAIL_REQUEST,
	RT_MAIL_ASK,       /* what one worker asks of another: under way, waiting, or in hand (ledger.h) */
	RT_MAIL_ANSWER,    /* it was answered: in the outbox, or under way back */
	RT_MAIL_SWALLOWED, /* nothing came of it: in the outbox */
	RT_MAIL_LINK, /* not in a mailbox: one end of a link or monitor, see actor.h */
	RT_MAIL_WATCHED
};

struct rt_mail { /* a line of the cache */
	uint32_t next;
	uint8_t kind; /* enum rt_mail_kind */
	uint8_t op;   /* of a request: enum rt_op; of a monitor: a worker's own; answer: enum rt_outcome */
	uint16_t unused;
	uint64_t cause; /* in an outbox: whom it goes to */
	union {
		struct rt_msg msg; /* of a user's, as its handler sees it */
		struct {
			rt_id from; /* sender; of a link: the other end; of a request: the child's handle */
			uint32_t tag; /* user: the tag; request: policy of a child to start; retry: the
					 record */
			union { /* where struct rt_msg has nothing */
				rt_atom atom;     /* exit: the reason; request: the child's name */
				uint32_t attempt; /* ask, answer: which one of the request */
			};
			union {
				/* user; request: word 0 is the token; retry: the origin, the reason; ask: as
				 * the message has them; answer: id, value */
				uint64_t word[RT_MSG_WORDS];
				/* A request in hand; `tag` is the worker's slot, `next` another worker's who
				 * has it, too. */
				struct {
					uint64_t id, question;
					uint32_t before, after; /* what else this worker has in hand */
				};
			};
		};
	};
} __attribute__((aligned(64)));

_Static_assert(offsetof(struct rt_mail, tag) == offsetof(struct rt_mail, msg.tag) &&
		       offsetof(struct rt_mail, word) == offsetof(struct rt_mail, msg.word),
	       "a message lies in its mail as it is");

/* What every actor begins with, and all that is known of it down here.  Its generation goes up at each birth
 * and at each release: odd is occupied. */
struct rt_notice {
	uint32_t link; /* run queue, free list */
	uint32_t generation;
	uint32_t next; /* alive: the one before it at the same place; then the queue that it waits in, dead */
};

struct rt_mailbox {
	uint32_t head, tail;
	uint32_t count;
};

static inline struct rt_mail *rt_mail_at(const struct rt_slab *messages, uint32_t mail)
{
	return (struct rt_mail *)messages->base + mail;
}

/* Zeroed but for its kind and cause; 0 without memory. */
uint32_t rt_mail_new(struct rt *rt, enum rt_mail_kind kind);

/* Before everything that waits: a message.  The other ways in and out are in core.h. */
void rt_mailbox_push_front(struct rt *rt, struct rt_mailbox *mailbox, uint32_t mail);

#endif
