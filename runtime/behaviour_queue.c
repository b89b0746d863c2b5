/* behaviour_queue.c - keeps requests until a consumer has acknowledged them: at least once, not exactly once.
 * A request in hand is an item: it waits, or is with a consumer.  When that dies, fails or does not answer in
 * time, the item goes back to its old position.  Items are in memory only; with the queue they are lost. */
#include "behaviour.h"
#include "delivery.h"

enum { CAPACITY, DELIVERIES, ACK_TIMEOUT };

struct queue {
	uint64_t seal;
	struct rt_backlog waiting;
	struct rt_crew crew;
	uint64_t items; /* waiting or with a consumer */
	uint64_t arrived;
	uint64_t pauses; /* hands nothing out; not 0: true */
};

static void end(struct rt_self *self, struct queue *queue, struct rt_item *item, enum rt_outcome how,
		uint64_t value)
{
	rt_self_answer(self, item->request, how, value);
	rt_self_free(self, item);
	queue->items--;
}

static void accept(struct rt_self *self, struct queue *queue, const struct rt_msg *msg, uint8_t priority)
{
	struct rt_item *item = NULL;

	if (queue->items < (uint64_t)rt_self_param(self, CAPACITY))
		item = rt_self_alloc(self, sizeof(*item));
	if (item == NULL) {
		rt_self_answer(self, msg->word[0], RT_FAILED, 0);
		return;
	}
	*item = (struct rt_item){
		.order = ++queue->arrived,
		.request = msg->word[0],
		.question = msg->word[1],
		.operand = msg->word[2],
		.priority = priority < RT_PRIORITIES ? priority : RT_PRIORITY_HIGH,
	};
	rt_self_keep(self, item->request);
	queue->items++;
	rt_backlog_put(&queue->waiting, item);
}

static void enlist(struct rt_self *self, struct queue *queue, uint64_t request, rt_id id)
{
	struct rt_consumer **at = rt_crew_find(&queue->crew, id);

	if (*at == NULL) {
		struct rt_consumer *consumer = rt_self_alloc(self, sizeof(*consumer));

		if (consumer == NULL || rt_self_watch(self, id) != RT_OK) {
			rt_self_free(self, consumer);
			rt_self_answer(self, request, RT_FAILED, 0);
			return;
		}
		consumer->id = id;
		*at = consumer;
	}
	rt_self_answer(self, request, RT_SERVED, 0);
}

static void hand_over(struct rt_self *self, struct queue *queue, struct rt_consumer *to, struct rt_item *item)
{
	struct rt_ask ask = {
		.worker = to->id,
		.question = item->question,
		.operand = item->operand,
		.behalf = item->request,
		.expected = rt_work_answer(item->question, RT_WORK_KEY),
		.judged = true,
		.timeout = rt_self_param(self, ACK_TIMEOUT),
		.priority = item->priority,
		.passes_on = true,
	};

	if (rt_self_ask(self, &ask, &to->delivery) != RT_OK)
		rt_self_exit(self, rt_self_atom(self, "enomem"));
	item->deliveries++;
	to->item = item;
	rt_crew_move_last(&queue->crew, to);
}

/* As long as there is an item and somebody to take it.  One that nobody waits for any more is dropped. */
static void hand_out(struct rt_self *self, struct queue *queue)
{
	struct rt_asked asked;
	struct rt_consumer *consumer;
	struct rt_item *item;

	while (queue->pauses == 0 && (consumer = rt_crew_idle(&queue->crew)) != NULL &&
	       (item = rt_backlog_get(&queue->waiting)) != NULL) {
		if (rt_self_asked(self, item->request, &asked))
			hand_over(self, queue, consumer, item);
		else
			end(self, queue, item, RT_FAILED, 0);
	}
}

/* It was not acknowledged. */
static void take_back(struct rt_self *self, struct queue *queue, struct rt_consumer *consumer)
{
	struct rt_item *item = consumer->item;

	consumer->item = NULL;
	if (item != NULL && item->deliveries >= (uint64_t)rt_self_param(self, DELIVERIES))
		end(self, queue, item, RT_FAILED, 0);
	else if (item != NULL)
		rt_backlog_put(&queue->waiting, item);
}

/* How a delivery ended; one of an item that was taken back already does not matter any more. */
static void delivered(struct rt_self *self, struct queue *queue, const struct rt_msg *msg)
{
	enum rt_outcome how = (enum rt_outcome)(msg->tag - RT_TAG_ANSWER);
	struct rt_consumer *consumer = rt_crew_holder(&queue->crew, msg->word[0]);

	if (consumer == NULL)
		return;
	if (how == RT_SERVED || how == RT_DEGRADED) {
		end(self, queue, consumer->item, how, msg->word[2]);
		consumer->item = NULL;
		return;
	}
	take_back(self, queue, consumer);
	rt_crew_move_last(&queue->crew, consumer);
	/* Others may be dead, too; after a time of no length all that happened by now has been heard of. */
	if (queue->pauses == 0 && rt_self_after(self, 0, 0, NULL) == RT_OK)
		queue->pauses = 1;
}

static void gone(struct rt_self *self, struct queue *queue, rt_id id)
{
	struct rt_consumer **at = rt_crew_find(&queue->crew, id);
	struct rt_consumer *consumer = *at;

	if (consumer != NULL) {
		take_back(self, queue, consumer);
		*at = consumer->next;
		rt_self_free(self, consumer);
	}
}

static void take(struct rt_self *self, struct queue *queue, const struct rt_msg *msg)
{
	struct rt_asked asked;

	if (!rt_self_asked(self, msg->word[0], &asked))
		return;
	if (msg->word[2] == RT_DELIVERY_ENLIST)
		enlist(self, queue, msg->word[0], asked.client);
	else
		accept(self, queue, msg, asked.priority);
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct queue *queue = state;

	if (!rt_is_sealed(queue, sizeof(*queue))) {
		rt_self_exit(self, rt_self_atom(self, "bad_state"));
		return;
	}
	if (msg->tag == RT_TAG_REQUEST)
		take(self, queue, msg);
	else if (msg->tag == RT_TAG_TIMER)
		queue->pauses = 0;
	else if (msg->tag == RT_TAG_DOWN)
		gone(self, queue, msg->from);
	else if (rt_is_answer(msg))
		delivered(self, queue, msg);
	hand_out(self, queue);
	rt_seal(queue, sizeof(*queue));
}

static const struct rt_param params[] = {
	[CAPACITY] = { .name = "capacity",
		       .help = "how many items it keeps, those with consumers included; more are turned away",
		       .type = RT_PARAM_COUNT, .min = 1, .max = RT_MANY_MAX, .fallback = 1000 },
	[DELIVERIES] = { .name = "deliveries",
			 .help = "how many times it hands out an item before it gives it up as failed",
			 .type = RT_PARAM_COUNT, .min = 1, .max = RT_MANY_MAX, .fallback = 5 },
	[ACK_TIMEOUT] = { .name = "ack_timeout",
			  .help = "how long a consumer may take for an item before somebody else gets it",
			  .type = RT_PARAM_DURATION,
			  .min = 1, .max = RT_DURATION_MAX, .fallback = 30 * RT_SECOND },
	{ .name = NULL },
};

const struct rt_behaviour rt_behaviour_queue = {
	.name = "queue",
	.help = "keeps requests until one of its consumers has acknowledged them",
	.state = sizeof(struct queue),
	.handle = handle,
	.params = params,
};
