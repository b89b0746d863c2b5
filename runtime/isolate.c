/* isolate.c - the runtime's part in calls that run elsewhere: it does what the handler wants done, as if it
 * had asked here, and keeps the list of it. */
#include <assert.h>
#include <string.h>

#include "account.h"
#include "behaviour.h"
#include "core.h"
#include "isolated.h"
#include "own.h"
#include "worker.h"

void rt_isolate(struct rt *rt, const struct rt_isolator *isolator)
{
	static const struct rt_isolator none;

	if (rt->isolator.close != NULL)
		rt->isolator.close(rt->isolator.ctx);
	rt->isolator = isolator == NULL ? none : *isolator;
}

bool rt_isolates(const struct rt *rt)
{
	return rt->isolator.call != NULL;
}

void rt_isolated_call(struct rt_isolated *call)
{
	struct rt *rt = call->self->rt;
	const struct rt_actor *actor = rt_actor_at(rt, call->self->slot);

	rt_deeds_clear(&rt->deeds);
	rt->isolator.call(rt->isolator.ctx, call);
	assert(call->over);
	struct rt_event event = {
		.kind = RT_EV_ISOLATED,
		.actor = rt_self_id(call->self),
		.place = actor->place,
		.incarnation = actor->incarnation,
		.reason = call->reason,
	};

	rt->events.because = rt_event_give(rt, &event, rt->deeds.text == NULL ? "" : rt->deeds.text);
}

/* --- deeds --------------------------------------------------------------------------------------------- */

static void end(struct rt_isolated *call, enum rt_fate fate, rt_atom reason)
{
	call->over = true;
	call->wreck.fate = fate;
	call->reason = reason;
}

static enum rt_status do_send(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	struct rt_msg msg = { .from = deed->number[1], .tag = (uint32_t)deed->number[2] };

	(void)answer;
	for (unsigned i = 0; i < RT_MSG_WORDS; i++)
		msg.word[i] = deed->number[3 + i];
	return rt_self_send(call->self, deed->number[0], &msg);
}

static enum rt_status do_after(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	if (deed->number[0] > INT64_MAX)
		return RT_EINVAL;
	return rt_self_after(call->self, (rt_time)deed->number[0], deed->number[1], &answer[0]);
}

static enum rt_status do_cancel(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)answer;
	rt_self_cancel(call->self, deed->number[0]);
	return RT_OK;
}

static enum rt_status do_watch(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)answer;
	return rt_self_watch(call->self, deed->number[0]);
}

static enum rt_status do_work(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)answer;
	if (deed->number[0] > INT64_MAX)
		return RT_EINVAL;
	rt_self_work(call->self, (rt_time)deed->number[0]);
	return RT_OK;
}

static enum rt_status do_ask(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	struct rt_ask ask;

	if (!rt_deed_to_ask(deed, &ask))
		return RT_EINVAL;
	return rt_self_ask(call->self, &ask, &answer[0]);
}

static enum rt_status do_asked(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	struct rt_asked asked;

	if (rt_self_asked(call->self, deed->number[0], &asked))
		rt_deed_from_asked(&asked, answer);
	return RT_OK;
}

static enum rt_status do_answer(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	uint64_t how = deed->number[1];

	(void)answer;
	if (how != RT_SERVED && how != RT_DEGRADED && how != RT_FAILED)
		return RT_EINVAL;
	rt_self_answer(call->self, deed->number[0], (enum rt_outcome)how, deed->number[2]);
	return RT_OK;
}

static enum rt_status do_keep(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)answer;
	rt_self_keep(call->self, deed->number[0]);
	return RT_OK;
}

static enum rt_status do_intake(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)answer;
	rt_self_intake(call->self, deed->number[0] != 0);
	return RT_OK;
}

static enum rt_status do_wall(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)deed;
	answer[0] = (uint64_t)rt_self_wall(call->self);
	return RT_OK;
}

static enum rt_status do_place(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	const struct rt *rt = call->self->rt;
	const struct rt_policy *policy =
		rt_policy_at(&rt->policies, rt_actor_at(rt, call->self->slot)->policy);

	if (deed->number[0] >= policy->n_params)
		return RT_EINVAL;
	answer[0] = rt_self_param_place(call->self, (unsigned)deed->number[0]);
	return RT_OK;
}

static enum rt_status do_atom(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	answer[0] = rt_self_atom(call->self, deed->text);
	return RT_OK;
}

static enum rt_status do_take(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	answer[0] = rt_account_charge(call->self->rt, call->self->slot, deed->number[0]);
	if (answer[0] == RT_NOT_GRANTED)
		rt_account_tell_refused(call->self->rt, call->self->slot, RT_A_MEMORY);
	return RT_OK;
}

static enum rt_status do_give(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	struct rt_actor *actor = rt_actor_at(call->self->rt, call->self->slot);

	(void)answer;
	if (deed->number[0] > rt_own_bytes(actor))
		return RT_EINVAL;
	rt_account_discharge(call->self->rt, actor, deed->number[0]);
	return RT_OK;
}

static enum rt_status do_open(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)deed;
	answer[0] = rt_self_open(call->self);
	return RT_OK;
}

static enum rt_status do_close(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)deed, (void)answer;
	rt_self_close(call->self);
	return RT_OK;
}

/* The system itself had no descriptor for it. */
static enum rt_status do_refused(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)deed, (void)answer;
	rt_account_tell_exhausted(call->self->rt, call->self->slot);
	return RT_OK;
}

/* Processor time is no business of the run's. */
static enum rt_status do_limit(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)call, (void)deed, (void)answer;
	return RT_OK;
}

static enum rt_status do_return(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	(void)deed, (void)answer;
	end(call, RT_FATE_RETURNED, 0);
	return RT_OK;
}

static enum rt_status do_exit(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	rt_atom reason = (rt_atom)deed->number[0];

	(void)answer;
	if (reason != deed->number[0] || !rt_atom_given(call->self->rt, reason))
		return RT_EINVAL;
	end(call, RT_FATE_LEFT, reason != 0 ? reason : RT_A_SYSTEM_LIMIT);
	return RT_OK;
}

static enum rt_status do_die(struct rt_isolated *call, const struct rt_deed *deed, uint64_t *answer)
{
	rt_atom reason = rt_atom_make(call->self->rt, deed->text);
	enum rt_fate fate = RT_FATE_PROCESS;

	(void)answer;
	for (unsigned i = RT_FATE_SEGV; i < RT_FATE_COUNT; i++)
		if (strcmp(rt_fate_reason(i), deed->text) == 0)
			fate = (enum rt_fate)i;
	end(call, fate, reason != 0 ? reason : RT_A_SYSTEM_LIMIT);
	return RT_OK;
}

/* RT_EINVAL: no handler could ask that; RT_ENOMEM: here is no memory for it. */
static enum rt_status (*const deeds[RT_DEEDS])(struct rt_isolated *call, const struct rt_deed *deed,
					       uint64_t *answer) = {
	[RT_DEED_SEND] = do_send, [RT_DEED_AFTER] = do_after, [RT_DEED_CANCEL] = do_cancel,
	[RT_DEED_WATCH] = do_watch, [RT_DEED_WORK] = do_work, [RT_DEED_ASK] = do_ask,
	[RT_DEED_ASKED] = do_asked, [RT_DEED_ANSWER] = do_answer, [RT_DEED_KEEP] = do_keep,
	[RT_DEED_INTAKE] = do_intake, [RT_DEED_WALL] = do_wall, [RT_DEED_PLACE] = do_place,
	[RT_DEED_ATOM] = do_atom, [RT_DEED_TAKE] = do_take, [RT_DEED_GIVE] = do_give,
	[RT_DEED_OPEN] = do_open, [RT_DEED_CLOSE] = do_close, [RT_DEED_REFUSED] = do_refused,
	[RT_DEED_LIMIT] = do_limit, [RT_DEED_RETURN] = do_return, [RT_DEED_EXIT] = do_exit,
	[RT_DEED_DIE] = do_die,
};

bool rt_isolated_do(struct rt_isolated *call, const struct rt_deed *deed, uint64_t answer[RT_DEED_ANSWERS])
{
	struct rt *rt = call->self->rt;
	enum rt_status status = RT_OK;

	assert(!call->over);
	if (rt->deeds.count == RT_DEEDS_MAX && deed->kind < RT_DEED_RETURN) {
		rt_isolated_died(call, rt_fate_reason(RT_FATE_RUNAWAY));
		return true;
	}
	memset(answer, 0, RT_DEED_ANSWERS * sizeof(answer[0]));
	status = deeds[deed->kind](call, deed, answer);
	if (status == RT_OK && rt_deed_rows[deed->kind].changes)
		status = rt_deeds_add(rt, &rt->deeds, deed);
	/* A handler here would be told; one that is elsewhere has gone on meanwhile. */
	if (status == RT_ENOMEM)
		end(call, RT_FATE_LEFT, RT_A_SYSTEM_LIMIT);
	return status != RT_EINVAL;
}

void rt_isolated_died(struct rt_isolated *call, const char *reason)
{
	struct rt_deed deed = { .kind = RT_DEED_DIE };
	uint64_t answer[RT_DEED_ANSWERS];

	strncpy(deed.text, reason, RT_DEED_TEXT_MAX);
	(void)rt_isolated_do(call, &deed, answer);
}

bool rt_isolated_read(struct rt_isolated *call, const char *list)
{
	uint64_t answer[RT_DEED_ANSWERS];
	struct rt_deed deed;

	while (!call->over && (list = rt_deed_read(&deed, list)) != NULL)
		if (!rt_isolated_do(call, &deed, answer))
			break;
	if (call->over)
		return true;
	rt_isolated_died(call, "{isolation,unreadable}");
	return false;
}
