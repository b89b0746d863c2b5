/* calls.c - requests and their answers.
 *
 * A request is announced by its fault_fired, whose seq is its token; the answer brings the token back.  Those
 * without an answer yet lie in the order of their tokens, which is nearly that in which they are answered.
 */
#include "calls.h"

#include "arena.h"

#include <string.h>

struct asked {
	uint64_t token; /* 0: answered */
	unsigned index;
};

/* What was said to one action of the plan. */
struct said {
	bool granted;
	const char *refusal; /* the latest; null: none */
	uint64_t seq;        /* of that */
};

struct scn_calls {
	struct scn_names *names;
	struct asked *asked;
	size_t first, n_asked, asked_size;
	struct said *said; /* by index in the plan */
	size_t n_said, said_size;
};

enum rt_status scn_calls_new(struct scn_names *names, struct scn_calls **out)
{
	struct scn_calls *calls = scn_mem_alloc(sizeof(*calls));

	if (!calls)
		return RT_ENOMEM;
	memset(calls, 0, sizeof(*calls));
	calls->names = names;
	*out = calls;
	return RT_OK;
}

void scn_calls_free(struct scn_calls *calls)
{
	if (!calls)
		return;
	scn_mem_free(calls->asked);
	scn_mem_free(calls->said);
	scn_mem_free(calls);
}

static enum rt_status note_request(struct scn_calls *calls, uint64_t token, unsigned index)
{
	while (calls->n_said <= index) {
		struct said *said =
			scn_mem_grow(calls->said, &calls->said_size, calls->n_said, sizeof(*said));
		if (!said)
			return RT_ENOMEM;
		calls->said = said;
		calls->said[calls->n_said++] = (struct said){ .granted = false };
	}
	if (calls->first == calls->n_asked)
		calls->first = calls->n_asked = 0;
	struct asked *asked =
		scn_mem_grow(calls->asked, &calls->asked_size, calls->n_asked, sizeof(*asked));
	if (!asked)
		return RT_ENOMEM;
	calls->asked = asked;
	calls->asked[calls->n_asked++] = (struct asked){ token, index };
	return RT_OK;
}

static bool is_error(enum rt_answer answer)
{
	return answer == RT_ANSWER_ERROR || answer == RT_ANSWER_ERROR_CHILD ||
	       answer == RT_ANSWER_ALREADY_STARTED || answer == RT_ANSWER_EXIT;
}

static enum rt_status note_answer(struct scn_calls *calls, const struct rt_reply *reply,
				  const struct scn_seen *seen)
{
	size_t at = calls->first;

	while (at < calls->n_asked && calls->asked[at].token != reply->token)
		at++;
	if (at == calls->n_asked)
		return RT_OK;
	struct said *said = &calls->said[calls->asked[at].index];
	calls->asked[at].token = 0;
	while (calls->first < calls->n_asked && calls->asked[calls->first].token == 0)
		calls->first++;
	if (!is_error(reply->answer)) {
		said->granted = true;
		return RT_OK;
	}
	const struct scn_name *name = scn_names_text(calls->names, seen->text, strlen(seen->text));
	if (!name)
		return RT_ENOMEM;
	said->refusal = name->text;
	said->seq = seen->event->seq;
	return RT_OK;
}

enum rt_status scn_calls_event(struct scn_calls *calls, const struct scn_seen *seen)
{
	const struct inj_event_ext *ext = seen->ext;
	const struct rt_reply *reply = seen->ext;

	if (seen->event->kind == INJ_EV_FIRED && ext->action->fault->call)
		return note_request(calls, seen->event->seq, ext->index);
	if (seen->event->kind == RT_EV_RESULT && reply->token != 0)
		return note_answer(calls, reply, seen);
	return RT_OK;
}

bool scn_calls_refused(const struct scn_calls *calls, unsigned index, const char **answer, uint64_t *seq)
{
	if (index >= calls->n_said || calls->said[index].granted || !calls->said[index].refusal)
		return false;
	*answer = calls->said[index].refusal;
	*seq = calls->said[index].seq;
	return true;
}
