/* ledger.h - the book of requests: each from the moment it is asked until nobody has anything to do with it.
 *
 * A request is open until it ends, once, in one of the ways of enum rt_outcome.  Its client waits until told;
 * that can be later (a request that was swallowed) or never (the client died).  Its attempts follow each
 * other; each is a message of kind RT_MAIL_ASK, or several if it was duplicated: under way, in a mailbox, in
 * some worker's hand, under way back as the answer.  Messages of the attempt that counts now are `live`; what
 * comes of others goes nowhere.  When the last live one is known to be gone, the attempt has failed.  What a
 * later step needs is set aside when the request is made, so that no request gets stuck for want of memory.
 */
#ifndef RUNTIME_LEDGER_H
#define RUNTIME_LEDGER_H

#include "mailbox.h"
#include "worker.h"

struct rt_entry {
	uint32_t next; /* free list */
	uint32_t generation; /* odd: in use */
	rt_id client;
	rt_place client_place;
	uint32_t book; /* 0: in nobody's account */
	struct rt_ask ask; /* with so many retries left */
	rt_time asked_at;
	rt_time deadline; /* by the client's wall clock */
	rt_id answered; /* who answered this attempt, if only with an error */
	uint64_t trouble; /* event in which a message of this attempt was lost; 0: none was */
	uint32_t attempt;
	uint32_t deliveries;
	uint32_t passed; /* times that it was taken up by somebody whom it was passed on to */
	uint32_t live;  /* messages of this attempt, */
	uint32_t mails; /* and of all */
	uint32_t holds; /* those in somebody's hand: a chain */
	uint32_t timer; /* time-out of the attempt, or the time until the next; 0: needs none */
	uint32_t answer; /* message set aside for telling the client */
	uint32_t before, after; /* what else the client asked */
	bool open;
	bool waiting;   /* the client is there and was not told yet */
	bool pausing;   /* between two attempts */
	bool swallowed; /* this attempt was */
};

/* Its id is its number and generation; messages that name it keep it in use. */
struct rt_entry *rt_entry_at(const struct rt *rt, uint32_t entry);
bool rt_entry_in_use(const struct rt *rt, uint32_t entry);
/* 0: there is no such request any more, or never was, whoever made the id up. */
uint32_t rt_entry_find(const struct rt *rt, uint64_t id);

static inline uint32_t rt_entry_of(const struct rt_mail *mail)
{
	return (uint32_t)mail->id;
}

/* Is what comes of this message what comes of the request? */
static inline bool rt_entry_counts(const struct rt_entry *e, const struct rt_mail *mail)
{
	return e->open && !e->pausing && mail->attempt == e->attempt;
}

/* --- the client's side --------------------------------------------------------------------------------- */

/* Prepare a request; *mail is its message, for the outbox. */
enum rt_status rt_ledger_prepare(struct rt *rt, uint32_t slot, const struct rt_ask *ask, uint32_t *mail,
				 uint64_t *id) RT_MUST_CHECK;
/* It was never made. */
void rt_ledger_forget(struct rt *rt, uint32_t mail);
/* It is made: from now on it counts. */
void rt_ledger_open(struct rt *rt, uint32_t mail);
/* Its timer fired. */
void rt_ledger_timeout(struct rt *rt, uint32_t entry);
/* The client died. */
void rt_ledger_abandon(struct rt *rt, uint32_t slot);

/* --- on the way ---------------------------------------------------------------------------------------- */

/* One more message of the same request and attempt, which counts. */
void rt_ledger_copied(struct rt *rt, const struct rt_mail *mail);
/* It is gone; of one that counts, true if it was the last. */
bool rt_ledger_lose(struct rt *rt, uint32_t mail);
/* The same, and what follows from that: it did not reach anybody alive; `worker` died with it (or was
 * nobody). */
void rt_ledger_drop(struct rt *rt, uint32_t mail, rt_id worker);
/* An answer sets out to the client; it arrives there. */
void rt_ledger_return(struct rt *rt, uint32_t mail);
void rt_ledger_arrive(struct rt *rt, uint32_t mail);
/* What was swallowed is known to be. */
void rt_ledger_note_swallowed(struct rt *rt, uint32_t mail);

bool rt_ledger_asked(const struct rt *rt, uint32_t slot, uint64_t id, struct rt_asked *out);

#endif
