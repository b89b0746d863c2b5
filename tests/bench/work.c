/* work.c - what a request costs from the asking to the answer. */
#include <stdlib.h>

#include "runtime/worker.h"
#include "tree.h"

/* How many are still to be asked; there is one measurement at a time. */
static unsigned left;
static rt_place server;

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	struct rt_ask ask = { .service = server, .question = left, .judged = true, .timeout = RT_SECOND };

	(void)state;
	if (msg->tag == RT_TAG_REQUEST) {
		rt_self_answer(self, msg->word[0], RT_SERVED, rt_work_answer(msg->word[1], RT_WORK_KEY));
	} else if (left > 0) {
		left--;
		ask.expected = rt_work_answer(ask.question, RT_WORK_KEY);
		if (rt_self_ask(self, &ask, NULL) != RT_OK)
			abort();
	}
}

static const struct rt_behaviour both = { .name = "both", .help = "asks and answers", .handle = handle };

double bench_request(unsigned n)
{
	unsigned round = bench_times(1000000);
	struct bench_tree tree;
	struct rt_service service;
	double result = -1;

	if (bench_tree_start_with(&tree, n + 1, 0, RT_ONE_FOR_ONE, &both) && bench_settle(tree.rt)) {
		struct rt_msg msg = { .tag = 1 };
		bool ok = true;

		server = rt_actor_place(tree.rt, bench_child(tree.rt, n));
		left = round;
		for (unsigned i = 0; ok && i < n; i++)
			ok = rt_send(tree.rt, bench_child(tree.rt, i), &msg) == RT_OK;
		double begin = bench_now();

		if (ok && bench_settle(tree.rt) && rt_service(tree.rt, server, &service) &&
		    service.ended[RT_SERVED] == round)
			result = round / (bench_now() - begin);
	}
	bench_tree_free(&tree);
	return result;
}
