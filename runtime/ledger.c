/* ledger.c - see ledger.h. */
#include "ledger.h"

#include "core.h"
#include "hand.h"
#include "own.h"
#include "post.h"
#include "supervision.h"

struct rt_entry *rt_entry_at(const struct rt *rt, uint32_t entry)
{
	return rt_slab_at(&rt->ledger, entry);
}

bool rt_entry_in_use(const struct rt *rt, uint32_t entry)
{
	return (rt_entry_at(rt, entry)->generation & 1) != 0;
}

uint32_t rt_entry_find(const struct rt *rt, uint64_t id)
{
	uint32_t entry = (uint32_t)id;

	if (entry == 0 || entry > rt->ledger.high || !rt_entry_in_use(rt, entry))
		return 0;
	return rt_entry_at(rt, entry)->generation == id >> 32 ? entry : 0;
}

static uint64_t id_of(const struct rt *rt, uint32_t entry)
{
	return (uint64_t)rt_entry_at(rt, entry)->generation << 32 | entry;
}

static struct rt_mail *mail_at(const struct rt *rt, uint32_t mail)
{
	return rt_mail_at(&rt->messages, mail);
}

/* --- the end ------------------------------------------------------------------------------------------- */

/* What is over is in nobody's hand.  Give it back once nobody has anything to do with it. */
static void release(struct rt *rt, uint32_t entry)
{
	struct rt_entry *e = rt_entry_at(rt, entry);

	if (e->open)
		return;
	rt_hand_take_away(rt, entry);
	if (e->waiting || e->mails > 0)
		return;
	rt_timer_free(rt, e->timer);
	rt_mail_free(rt, e->answer);
	if (e->ask.service != 0)
		rt_place_unref(rt, e->ask.service);
	rt_place_unref(rt, e->client_place);
	e->generation++;
	rt_slab_free(&rt->ledger, entry);
}

/* The client waits no more: it is told, or dead. */
static void part(struct rt *rt, uint32_t entry)
{
	struct rt_entry *e = rt_entry_at(rt, entry);

	if (e->before != 0)
		rt_entry_at(rt, e->before)->after = e->after;
	else
		rt_actor_at(rt, rt_id_slot(e->client))->own->asked = e->after;
	if (e->after != 0)
		rt_entry_at(rt, e->after)->before = e->before;
	e->waiting = false;
	rt_timer_free(rt, e->timer);
	e->timer = 0;
}

static void tell(struct rt *rt, uint32_t entry, enum rt_outcome how, uint64_t value)
{
	struct rt_entry *e = rt_entry_at(rt, entry);
	struct rt_actor *client = rt_actor_find(rt, e->client);

	if (!e->waiting)
		return;
	part(rt, entry);
	if (client == NULL)
		return;
	struct rt_mail *m = mail_at(rt, e->answer);

	m->from = e->answered;
	m->tag = RT_TAG_ANSWER + (uint32_t)how;
	m->cause = rt->events.because;
	m->word[0] = id_of(rt, entry);
	m->word[1] = e->ask.behalf;
	m->word[2] = value;
	rt_post_push(rt, e->answer, rt_id_slot(e->client));
	e->answer = 0;
}

static bool is_at(const struct rt_actor *actor, rt_id id, rt_place place)
{
	return actor != NULL && actor->notice.generation == id >> 32 && actor->place == place;
}

/* The event of the end, and what is done about it is because of it. */
static void announce(struct rt *rt, const struct rt_entry *e, enum rt_outcome outcome, rt_id worker)
{
	/* It may be dead by now, but its slot is not given away yet. */
	const struct rt_actor *actor = worker == RT_NOBODY ? NULL : rt_actor_at(rt, rt_id_slot(worker));

	if (e->book == 0 || (outcome == RT_SERVED && !rt->message_events))
		return;
	struct rt_event event = {
		.kind = RT_EV_REQUEST,
		.actor = worker,
		.place = e->ask.service,
		.incarnation = is_at(actor, worker, e->ask.service) ? actor->incarnation : 0,
		.other = e->client_place,
		.reason = RT_A_SERVED + (rt_atom)outcome,
		.a = e->attempt,
		.b = e->deliveries,
	};

	rt->events.because = rt_event_give(rt, &event, NULL);
}

/* Quietly: no event is given. */
static void close_account(struct rt *rt, struct rt_entry *e, enum rt_outcome outcome)
{
	bool answered = outcome == RT_SERVED || outcome == RT_DEGRADED || outcome == RT_WRONG;

	e->open = false;
	e->live = 0;
	rt_book_end(rt, e->book, outcome, answered ? rt->now - e->asked_at : -1);
}

static void end(struct rt *rt, uint32_t entry, enum rt_outcome outcome, rt_id worker, uint64_t value)
{
	struct rt_entry *e = rt_entry_at(rt, entry);
	uint64_t because = rt->events.because;

	close_account(rt, e, outcome);
	announce(rt, e, outcome, worker);
	/* Nobody tells of what was swallowed: the client finds out when its time is over, if it ever does. */
	if (outcome != RT_SWALLOWED)
		tell(rt, entry, outcome == RT_WRONG ? RT_SERVED : outcome, value);
	else if (e->waiting && e->ask.timeout == 0)
		part(rt, entry);
	rt->events.because = because;
	release(rt, entry);
}

/* The attempt has failed; another one follows if there may be one. */
static void failed(struct rt *rt, uint32_t entry, enum rt_outcome how, rt_id worker, uint64_t value)
{
	struct rt_entry *e = rt_entry_at(rt, entry);

	if (e->ask.retries == 0 || !e->waiting || rt_actor_find(rt, e->client) == NULL) {
		end(rt, entry, how, worker, value);
		return;
	}
	/* Also without a pause it is a matter of its own, not of this step: others take their turn first. */
	e->ask.retries--;
	e->live = 0;
	e->pausing = true;
	rt_timer_clear(rt, e->timer);
	rt_timer_set(rt, e->timer, rt_timer_after(rt, e->ask.backoff), rt->events.because);
}

/* --- attempts ------------------------------------------------------------------------------------------ */

/* Slot of the worker that gets it, 0 if there is none. */
static uint32_t resolve(const struct rt *rt, const struct rt_ask *ask)
{
	const struct rt_actor *actor;
	uint32_t slot;

	if (ask->worker != RT_NOBODY) {
		actor = rt_actor_find(rt, ask->worker);
		return actor == NULL || (actor->flags & RT_F_SUPERVISOR) != 0 ? 0 : rt_id_slot(ask->worker);
	}
	slot = ask->service == 0 ? 0 : rt_place_at(&rt->places, ask->service)->actor;
	if (slot == 0 || (rt_actor_at(rt, slot)->flags & RT_F_SUPERVISOR) == 0)
		return slot;
	return rt_record_turn(rt, rt_supervisor_at(rt, slot));
}

static rt_time wall_of(const struct rt *rt, rt_id id)
{
	return rt->now + (rt->hooks.skew == NULL ? 0 : rt->hooks.skew(rt->hooks.ctx, id));
}

/* The message of this attempt, written into `mail`. */
static void write(struct rt *rt, uint32_t entry, uint32_t mail)
{
	const struct rt_entry *e = rt_entry_at(rt, entry);
	struct rt_mail *m = mail_at(rt, mail);

	m->from = e->client;
	m->cause = rt->events.because;
	m->tag = RT_TAG_REQUEST;
	m->attempt = e->attempt;
	m->word[0] = id_of(rt, entry);
	m->word[1] = e->ask.question;
	m->word[2] = e->ask.operand;
}

static void set_out(struct rt *rt, uint32_t entry, uint32_t mail, uint32_t slot)
{
	struct rt_entry *e = rt_entry_at(rt, entry);
	uint64_t because = rt->events.because;
	struct rt_passage passage = { .from = e->client, .to = rt_actor_id(rt, slot) };

	switch (rt_post_pass(rt, &passage, mail)) {
	case RT_GO:
		mail_at(rt, mail)->question ^= passage.spoil;
		e->live++;
		e->mails++;
		rt_post_send(rt, mail, &passage);
		break;
	case RT_REFUSE:
		e->trouble = rt->events.because;
		rt_mail_free(rt, mail);
		break;
	case RT_SKIP:
		rt_mail_free(rt, mail);
		failed(rt, entry, RT_FAILED, passage.to, 0);
		break;
	}
	rt->events.because = because;
}

/* `mail` may be 0: then it is a new one. */
static void attempt(struct rt *rt, uint32_t entry, uint32_t mail)
{
	struct rt_entry *e = rt_entry_at(rt, entry);
	uint32_t slot = resolve(rt, &e->ask);

	e->attempt++;
	e->live = 0;
	e->trouble = 0;
	e->answered = RT_NOBODY;
	e->pausing = e->swallowed = false;
	e->deadline = RT_FOREVER;
	if (e->ask.timeout > 0) {
		if (__builtin_add_overflow(wall_of(rt, e->client), e->ask.timeout, &e->deadline))
			e->deadline = RT_FOREVER;
		rt_timer_clear(rt, e->timer);
		rt_timer_set(rt, e->timer, rt_timer_after(rt, e->ask.timeout), rt->events.because);
	}
	if (mail == 0 && slot != 0)
		mail = rt_mail_new(rt, RT_MAIL_ASK);
	if (slot == 0 || mail == 0) {
		rt_mail_free(rt, mail);
		failed(rt, entry, RT_LOST, RT_NOBODY, 0);
		return;
	}
	write(rt, entry, mail);
	set_out(rt, entry, mail, slot);
}

/* Who has this attempt in hand. */
static rt_id holder(const struct rt *rt, const struct rt_entry *e)
{
	for (uint32_t mail = e->holds; mail != 0; mail = mail_at(rt, mail)->next)
		if (rt_entry_counts(e, mail_at(rt, mail)))
			return rt_actor_id(rt, mail_at(rt, mail)->tag);
	return RT_NOBODY;
}

void rt_ledger_timeout(struct rt *rt, uint32_t entry)
{
	struct rt_entry *e = rt_entry_at(rt, entry);

	if (e->pausing) {
		attempt(rt, entry, 0);
		return;
	}
	if (e->trouble != 0)
		rt->events.because = e->trouble;
	if (!e->open) {
		tell(rt, entry, RT_LOST, 0);
		release(rt, entry);
	} else if (e->ask.retries > 0) {
		e->ask.retries--;
		attempt(rt, entry, 0);
	} else {
		end(rt, entry, RT_LOST, holder(rt, e), 0);
	}
}

/* --- the client's side --------------------------------------------------------------------------------- */

/* Is there such a place? */
static bool known(const struct rt *rt, rt_place place)
{
	if (place > rt->places.entries.high)
		return false;
	const struct rt_place_entry *entry = rt_place_at(&rt->places, place);

	return entry->refs > 0 || entry->pinned;
}

enum rt_status rt_ledger_prepare(struct rt *rt, uint32_t slot, const struct rt_ask *ask, uint32_t *mail,
				 uint64_t *id)
{
	struct rt_actor *client = rt_actor_at(rt, slot);
	rt_place place = ask->worker != RT_NOBODY ? rt_actor_place(rt, ask->worker) : ask->service;
	bool timed = ask->timeout > 0 || ask->retries > 0;
	uint32_t entry = rt_own_of(rt, client) == NULL ? 0 : rt_slab_alloc(rt, &rt->ledger);

	if (entry == 0)
		return RT_ENOMEM;
	struct rt_entry *e = rt_entry_at(rt, entry);

	if (place != 0 && !known(rt, place))
		place = 0;
	*mail = rt_mail_new(rt, RT_MAIL_ASK);
	e->answer = rt_mail_new(rt, RT_MAIL_USER);
	e->timer = timed ? rt_timer_new(rt, RT_TIMER_REQUEST, entry) : 0;
	e->book = place == 0 || ask->aside ? 0 : rt_book_of(rt, place);
	if (*mail == 0 || e->answer == 0 || (timed && e->timer == 0) ||
	    (place != 0 && !ask->aside && e->book == 0)) {
		rt_mail_free(rt, *mail);
		rt_mail_free(rt, e->answer);
		rt_timer_free(rt, e->timer);
		rt_slab_free(&rt->ledger, entry);
		return RT_ENOMEM;
	}
	e->generation++;
	e->client = rt_actor_id(rt, slot);
	e->client_place = client->place;
	rt_place_ref(rt, client->place);
	e->ask = *ask;
	e->ask.service = place;
	if (place != 0)
		rt_place_ref(rt, place);
	e->asked_at = rt->now;
	e->deadline = RT_FOREVER;
	mail_at(rt, *mail)->id = id_of(rt, entry);
	*id = id_of(rt, entry);
	return RT_OK;
}

void rt_ledger_forget(struct rt *rt, uint32_t mail)
{
	uint32_t entry = rt_entry_of(mail_at(rt, mail));

	rt_mail_free(rt, mail);
	release(rt, entry);
}

void rt_ledger_open(struct rt *rt, uint32_t mail)
{
	uint32_t entry = rt_entry_of(mail_at(rt, mail));
	struct rt_entry *e = rt_entry_at(rt, entry);
	struct rt_own *own = rt_actor_at(rt, rt_id_slot(e->client))->own;

	e->asked_at = rt->now;
	e->open = e->waiting = true;
	e->after = own->asked;
	if (own->asked != 0)
		rt_entry_at(rt, own->asked)->before = entry;
	own->asked = entry;
	rt_book_offer(rt, e->book, e->client_place);
	attempt(rt, entry, mail);
}

void rt_ledger_abandon(struct rt *rt, uint32_t slot)
{
	const struct rt_own *own = rt_actor_at(rt, slot)->own;

	while (own->asked != 0) {
		uint32_t entry = own->asked;
		struct rt_entry *e = rt_entry_at(rt, entry);

		part(rt, entry);
		if (e->open && e->live == 0)
			close_account(rt, e, e->swallowed ? RT_SWALLOWED : RT_LOST);
		release(rt, entry);
	}
}

/* --- on the way ---------------------------------------------------------------------------------------- */

bool rt_ledger_lose(struct rt *rt, uint32_t mail)
{
	const struct rt_mail *m = mail_at(rt, mail);
	struct rt_entry *e = rt_entry_at(rt, rt_entry_of(m));
	bool last = rt_entry_counts(e, m) && --e->live == 0;

	e->mails--;
	rt_mail_free(rt, mail);
	return last;
}

void rt_ledger_drop(struct rt *rt, uint32_t mail, rt_id worker)
{
	uint32_t entry = rt_entry_of(mail_at(rt, mail));

	if (rt_ledger_lose(rt, mail))
		failed(rt, entry, RT_LOST, worker, 0);
	else
		release(rt, entry);
}

void rt_ledger_copied(struct rt *rt, const struct rt_mail *mail)
{
	struct rt_entry *e = rt_entry_at(rt, rt_entry_of(mail));

	e->mails++;
	e->live++;
}

void rt_ledger_note_swallowed(struct rt *rt, uint32_t mail)
{
	uint32_t entry = rt_entry_of(mail_at(rt, mail));
	struct rt_entry *e = rt_entry_at(rt, entry);
	rt_id worker = mail_at(rt, mail)->from;

	if (!rt_ledger_lose(rt, mail))
		release(rt, entry);
	else if (e->waiting && e->ask.timeout > 0 && e->ask.retries > 0)
		e->swallowed = true; /* it will be asked again */
	else
		end(rt, entry, RT_SWALLOWED, worker, 0);
}

void rt_ledger_arrive(struct rt *rt, uint32_t mail)
{
	struct rt_mail m = *mail_at(rt, mail);
	uint32_t entry = rt_entry_of(&m);
	struct rt_entry *e = rt_entry_at(rt, entry);
	enum rt_outcome how = (enum rt_outcome)m.op;
	bool good = rt_entry_counts(e, &m);

	rt_ledger_lose(rt, mail);
	if (good)
		e->answered = m.from;
	if (!good) {
		release(rt, entry);
	} else if (how == RT_FAILED) {
		failed(rt, entry, how, m.from, m.word[1]);
	} else {
		if (how == RT_SERVED && e->ask.judged && m.word[1] != e->ask.expected)
			how = RT_WRONG;
		end(rt, entry, how, m.from, m.word[1]);
	}
}

void rt_ledger_return(struct rt *rt, uint32_t mail)
{
	struct rt_mail *m = mail_at(rt, mail);
	uint32_t entry = rt_entry_of(m);
	struct rt_entry *e = rt_entry_at(rt, entry);
	uint64_t because = rt->events.because;

	/* A late one goes nowhere, and one to the dead meets nobody on its way. */
	if (!rt_entry_counts(e, m) || rt_actor_find(rt, e->client) == NULL || rt->hooks.deliver == NULL) {
		rt_ledger_arrive(rt, mail);
		return;
	}
	struct rt_passage passage = { .from = m->from, .to = e->client };

	m->tag = RT_TAG_ANSWER + m->op;
	m->cause = because;
	m->word[2] = m->word[1];
	m->word[1] = e->ask.behalf;
	enum rt_verdict verdict = rt_post_pass(rt, &passage, mail);

	m->word[1] = m->word[2];
	passage.copies = 0; /* the client knows what it has been told */
	if (verdict == RT_GO) {
		rt_post_send(rt, mail, &passage);
	} else {
		e->trouble = rt->events.because;
		rt_ledger_lose(rt, mail);
		release(rt, entry);
	}
	rt->events.because = because;
}

bool rt_ledger_asked(const struct rt *rt, uint32_t slot, uint64_t id, struct rt_asked *out)
{
	uint32_t entry = rt_entry_find(rt, id), mail = rt_hand_find(rt, slot, id);

	if (entry == 0)
		return false;
	const struct rt_entry *e = rt_entry_at(rt, entry);
	bool own = e->client == rt_actor_id(rt, slot) && (e->waiting || e->attempt == 0);

	if (!own && (mail == 0 || !e->open))
		return false;
	*out = (struct rt_asked){
		.client = e->client,
		.question = mail != 0 ? mail_at(rt, mail)->question : e->ask.question,
		.operand = e->ask.operand,
		.behalf = e->ask.behalf,
		.asked_at = e->asked_at,
		.deadline = e->deadline,
		.attempt = e->attempt > 0 ? e->attempt : 1,
		.deliveries = e->deliveries,
		.priority = e->ask.priority,
	};
	return true;
}
