/* calc.c - the calculator at work: `calc` answers expressions, `exam` asks them and knows the right results.
 *
 * Neither eval.c nor draw.c knows that they run under supervision.
 */
#include "runtime/worker.h"

#include "draw.h"
#include "eval.h"

/* --- calc ---------------------------------------------------------------------------------------------- */

enum { CALC_TIME };

static void calculate(struct rt_self *self, void *memory, const struct rt_msg *msg)
{
	(void)memory;
	if (msg->tag != RT_TAG_REQUEST)
		return;
	struct drawn drawn = draw(msg->word[1]);
	struct eval_result result = eval(drawn.text);

	rt_self_work(self, rt_self_param(self, CALC_TIME));
	/* That something divides by zero is a good answer, too, if it is so. */
	rt_self_answer(self, msg->word[0], RT_SERVED, draw_answer(result));
}

static const struct rt_param calc_params[] = {
	[CALC_TIME] = {
		.name = "time",
		.help = "how long an expression takes",
		.type = RT_PARAM_DURATION,
		.max = 3600 * RT_SECOND,
		.fallback = RT_MS,
	},
	{ .name = NULL },
};

static const struct rt_behaviour calc = {
	.name = "calc",
	.help = "answers with the result of an expression",
	.handle = calculate,
	.params = calc_params,
};

/* --- exam ---------------------------------------------------------------------------------------------- */

enum { EXAM_OF, EXAM_RATE, EXAM_COUNT };

struct exam {
	int64_t asked;
};

static void ask(struct rt_self *self)
{
	/* Small enough to be written on paper. */
	uint64_t question = rt_self_random(self, 1000000);
	struct rt_ask request = {
		.service = rt_self_param_place(self, EXAM_OF),
		.question = question,
		.expected = draw_answer(draw(question).right),
		.judged = true,
		.timeout = RT_SECOND,
	};

	/* Nobody has ever been there: then there is nobody to ask. */
	if (request.service != 0 && rt_self_ask(self, &request, NULL) != RT_OK)
		rt_self_exit(self, rt_self_atom(self, "no_memory"));
}

static void examine(struct rt_self *self, void *memory, const struct rt_msg *msg)
{
	struct exam *exam = memory;
	int64_t count = rt_self_param(self, EXAM_COUNT);

	if (msg->tag == RT_TAG_TIMER) {
		ask(self);
		exam->asked++;
	} else if (msg->tag != RT_TAG_BEGIN) {
		return; /* the book of answers is kept by the runtime */
	}
	if ((count == 0 || exam->asked < count) &&
	    rt_self_after(self, RT_SECOND / rt_self_param(self, EXAM_RATE), 0, NULL) != RT_OK)
		rt_self_exit(self, rt_self_atom(self, "no_memory"));
}

static const struct rt_param exam_params[] = {
	[EXAM_OF] = { .name = "of", .help = "whom it asks", .type = RT_PARAM_PATH, .mandatory = true },
	[EXAM_RATE] = {
		.name = "rate",
		.help = "questions in a second",
		.type = RT_PARAM_COUNT,
		.min = 1,
		.max = 1000000,
		.fallback = 100,
	},
	[EXAM_COUNT] = {
		.name = "count",
		.help = "after how many it stops; 0: never",
		.type = RT_PARAM_COUNT,
		.max = INT64_MAX,
	},
	{ .name = NULL },
};

static const struct rt_behaviour exam = {
	.name = "exam",
	.help = "asks expressions whose results it knows",
	.state = sizeof(struct exam),
	.begins = true,
	.endless = true,
	.ended_by = "count",
	.handle = examine,
	.params = exam_params,
};

static const struct rt_behaviour *const behaviours[] = { &calc, &exam, NULL };

const struct rt_plugin treefall_plugin = { .version = RT_PLUGIN_VERSION, .behaviours = behaviours };
