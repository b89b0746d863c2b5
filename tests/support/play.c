/* play.c - see play.h. */
#include "play.h"

#include "runtime/core.h"

struct play_part play[PLAYERS];

/* The latest of each kind. */
static struct rt_event latest[RT_EV_USER];

/* What a test has a worker do comes as a plain message with an address in it. */
enum { TAG_DO = 1 };
static struct {
	struct rt_ask ask;
	uint64_t id, value;
	enum rt_outcome how;
	void (*act)(struct rt_self *self, struct play_part *part);
} errands[1024];
static unsigned n_errands;

void play_reset(void)
{
	memset(play, 0, sizeof play);
	memset(latest, 0, sizeof latest);
	n_errands = 0;
}

static void take(struct rt_self *self, struct play_part *part, const struct rt_msg *msg)
{
	uint64_t id = msg->word[0], right = rt_work_answer(msg->word[1], RT_WORK_KEY);

	part->requests++;
	part->latest = id;
	rt_self_asked(self, id, &part->asked);
	if (part->work > 0)
		rt_self_work(self, part->work);
	if (part->closes)
		rt_self_intake(self, false);
	switch (part->how) {
	case PLAY_ANSWER:
		rt_self_answer(self, id, RT_SERVED, right);
		break;
	case PLAY_WRONG:
		rt_self_answer(self, id, RT_SERVED, right + 1);
		break;
	case PLAY_DEGRADE:
		rt_self_answer(self, id, RT_DEGRADED, 0);
		break;
	case PLAY_FAIL:
		rt_self_answer(self, id, RT_FAILED, 0);
		break;
	case PLAY_SWALLOW:
		break;
	case PLAY_KEEP:
		rt_self_keep(self, id);
		break;
	case PLAY_CRASH:
		rt_self_answer(self, id, RT_SERVED, right);
		rt_self_exit(self, rt_self_atom(self, "boom"));
		break;
	case PLAY_TAKE_AND_CRASH:
		if (part->requests == 1)
			rt_self_exit(self, rt_self_atom(self, "boom"));
		else
			rt_self_answer(self, id, RT_SERVED, right);
		break;
	case PLAY_ASK:
		rt_self_keep(self, id);
		part->ask.behalf = id;
		if (rt_self_ask(self, &part->ask, NULL) != RT_OK)
			rt_self_answer(self, id, RT_FAILED, 0);
		break;
	}
}

static void hear(struct rt_self *self, struct play_part *part, const struct rt_msg *msg)
{
	enum rt_outcome how = (enum rt_outcome)(msg->tag - RT_TAG_ANSWER);

	part->answers++;
	part->got[how]++;
	part->value = msg->word[2];
	part->from = msg->from;
	if (part->how == PLAY_ASK)
		rt_self_answer(self, msg->word[1], how > RT_FAILED ? RT_FAILED : how, msg->word[2]);
}

static void do_errand(struct rt_self *self, struct play_part *part, unsigned number)
{
	enum rt_status status = RT_OK;

	if (errands[number].act != NULL)
		errands[number].act(self, part);
	else if (errands[number].id != 0)
		rt_self_answer(self, errands[number].id, errands[number].how, errands[number].value);
	else
		status = rt_self_ask(self, &errands[number].ask, &part->latest);
	(void)status; /* without memory nothing was asked */
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct play_part *part = &play[rt_self_param(self, 0)];

	(void)state;
	if (rt_is_answer(msg))
		hear(self, part, msg);
	else if (msg->tag == RT_TAG_REQUEST)
		take(self, part, msg);
	else if (msg->tag == RT_TAG_TIMER)
		part->timers++, part->word = msg->word[1];
	else if (msg->tag == RT_TAG_DOWN)
		part->downs++, part->word = msg->word[0];
	else if (msg->tag == RT_TAG_BEGIN)
		part->begins++;
	else if (msg->tag == TAG_DO)
		do_errand(self, part, (unsigned)msg->word[0]);
	else
		part->plain++, part->word = msg->word[0];
}

static const struct rt_param params[] = {
	{.name = "part", .help = "whose part it plays", .max = PLAYERS - 1},
	{0},
};
const struct rt_behaviour play_behaviour = {
	.name = "player", .help = "does what a test says", .handle = handle, .params = params};
const struct rt_behaviour play_beginner = {
	.name = "beginner", .help = "the same", .handle = handle, .params = params, .begins = true};

static void send_errand(struct fixture *f, const char *path)
{
	struct rt_msg msg = {.tag = TAG_DO, .word = {n_errands++}};

	assert_int_equal(rt_send(f->rt, pid(f, path), &msg), RT_OK);
}

void play_ask(struct fixture *f, const char *path, const struct rt_ask *ask)
{
	memset(&errands[n_errands], 0, sizeof errands[0]);
	errands[n_errands].ask = *ask;
	send_errand(f, path);
}

void play_answer(struct fixture *f, const char *path, uint64_t id, enum rt_outcome how, uint64_t value)
{
	memset(&errands[n_errands], 0, sizeof errands[0]);
	errands[n_errands].id = id;
	errands[n_errands].how = how;
	errands[n_errands].value = value;
	send_errand(f, path);
}

void play_do(struct fixture *f, const char *path, void (*act)(struct rt_self *self, struct play_part *part))
{
	memset(&errands[n_errands], 0, sizeof errands[0]);
	errands[n_errands].act = act;
	send_errand(f, path);
}

const char *play_account(struct fixture *f, const char *path)
{
	struct rt_service service;
	size_t at;

	settle(f);
	if (!rt_service(f->rt, rt_path_find(f->rt, path), &service))
		return "nothing";
	at = (size_t)sprintf(f->text, "%d offered", (int)service.offered);
	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		if (service.ended[i] > 0)
			at += (size_t)sprintf(f->text + at, ", %d %s", (int)service.ended[i],
					      rt_outcome_word((enum rt_outcome)i));
	if (service.in_flight > 0)
		at += (size_t)sprintf(f->text + at, ", %d in flight", (int)service.in_flight);
	if (service.repeated > 0)
		sprintf(f->text + at, "; %d repeated", (int)service.repeated);
	return f->text;
}

/* --- seams and events
 * --------------------------------------------------------------------------------------------------- */

void play_hooks(struct fixture *f, enum rt_verdict (*deliver)(void *ctx, struct rt_passage *passage))
{
	struct rt_hooks hooks = {.ctx = f, .deliver = deliver};

	rt_hooks_set(f->rt, &hooks);
}

static void see(void *ctx, const struct rt_event *event, const void *ext)
{
	(void)ctx, (void)ext;
	if (event->kind < RT_EV_USER)
		latest[event->kind] = *event;
}

void play_watch(struct fixture *f)
{
	assert_int_equal(rt_observe(f->rt, see, NULL), RT_OK);
}

struct rt_event play_latest(struct fixture *f, unsigned kind)
{
	settle(f);
	assert_int_not_equal(latest[kind].seq, 0);
	return latest[kind];
}

struct rt_ask play_to(const struct fixture *f, const char *path)
{
	struct rt_ask ask = {
		.service = rt_path_find(f->rt, path), .question = 42, .behalf = 7, .judged = true
	};

	ask.expected = rt_work_answer(ask.question, RT_WORK_KEY);
	return ask;
}

void play_end(struct fixture *f)
{
	size_t octaves = 0;

	settle(f);
	assert_true(rt_work_balanced(f->rt));
	rt_hooks_set(f->rt, NULL);
	if (rt_root(f->rt) != RT_NOBODY)
		shutdown_tree(f);
	wait_ms(f, 1000000);
	assert_int_equal(rt_alive(f->rt), 0);
	assert_true(rt_work_balanced(f->rt));
	assert_int_equal(f->rt->ledger.live, 0);
	assert_int_equal(f->rt->messages.live, 0);
	assert_int_equal(f->rt->timers.entries.live, 0);
	assert_true(rt_deadline(f->rt) == RT_FOREVER);
	/* A smaller tree instead, so that nothing of the specification is left either. */
	assert_int_equal(rt_start(f->rt, &ONE_FOR_ONE("end")), RT_OK);
	settle(f);
	shutdown_tree(f);
	settle(f);
	for (uint32_t book = 1; book <= f->rt->books.entries.high; book++)
		octaves += rt_latency_bytes(
			&((const struct rt_book *)rt_slab_at(&f->rt->books.entries, book))->latency);
	assert_int_equal(f->rt->region.heap_live, octaves);
	fixture_free(f);
}
