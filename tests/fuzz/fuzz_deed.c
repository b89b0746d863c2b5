/* fuzz_deed.c - whatever comes out of a process or a journal: it is deeds or it is none, and a runtime that
 * is told to do them stays whole.
 *
 * The input is lists, one a line, each what a worker does with its next message; the first line is a packet,
 * too.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/deed.h"
#include "runtime/isolate.h"
#include "runtime/runtime.h"

static void unpack(const uint8_t *data, size_t size)
{
	static uint8_t again[RT_DEED_BYTES_MAX];
	struct rt_deed deed;

	while (size > 0) {
		size_t taken = rt_deed_unpack(&deed, data, size);

		if (taken == 0)
			return;
		assert(taken <= size && deed.kind < RT_DEEDS);
		assert(rt_deed_pack(&deed, again, sizeof(again)) == taken);
		assert(memcmp(again, data, taken) == 0);
		data += taken;
		size -= taken;
	}
}

/* What was written again is what was read. */
static void see(void *ctx, const struct rt_event *event, const void *ext)
{
	const char *list = ext;
	struct rt_deed deed;

	(void)ctx;
	if (event->kind != RT_EV_ISOLATED)
		return;
	while (list != NULL && *list != '\0')
		list = rt_deed_read(&deed, list);
	assert(list != NULL);
}

static void call(void *ctx, struct rt_isolated *isolated)
{
	char **rest = ctx, *line = *rest == NULL ? NULL : strsep(rest, "\n");

	(void)rt_isolated_read(isolated, line == NULL ? "return" : line);
}

static void handle(struct rt_self *self, void *state, const struct rt_msg *msg)
{
	(void)self, (void)state, (void)msg;
}

static const struct rt_param params[] = {
	{ .name = "to", .help = "somebody", .type = RT_PARAM_PATH },
	{ .name = NULL },
};
static const struct rt_behaviour absent = {
	.name = "absent", .help = "", .handle = handle, .params = params
};

/* Somebody may ask for a thousand million attempts. */
static void drive(struct rt *rt, rt_time until)
{
	for (unsigned i = 0; i < 2000; i++) {
		rt_time next = rt_deadline(rt);

		if (rt_step(rt) == RT_OK)
			continue;
		if (next > until)
			break;
		rt_advance(rt, next);
	}
}

static void run(char *text)
{
	static const struct rt_setting to = { .name = "to", .text = "root/b" };
	static const struct rt_child children[] = {
		{ .id = "a",
		  .shutdown_ms = 5000,
		  .behaviour = &absent,
		  .isolation = RT_ISOLATION_PROCESS,
		  .settings = &to,
		  .n_settings = 1,
		  .memory_max = 1000 },
		{ .id = "b", .shutdown_ms = 5000, .behaviour = &absent, .isolation = RT_ISOLATION_PROCESS },
		{ .id = "c", .shutdown_ms = 5000 },
	};
	static const struct rt_child root = { .id = "root",
					      .supervisor = true,
					      .intensity = 50,
					      .period_s = 1,
					      .children = children,
					      .n_children = 3,
					      .shutdown_ms = RT_SHUTDOWN_INFINITY };
	const struct rt_config config = { .memory_max = 1 << 22 };
	const struct rt_isolator isolator = { .ctx = &text, .call = call };
	const struct rt_msg msg = { .tag = 1 };
	struct rt *rt;
	enum rt_status status = rt_new(&config, &rt);

	assert(status == RT_OK);
	rt_isolate(rt, &isolator);
	status = rt_observe(rt, see, NULL);
	assert(status == RT_OK);
	status = rt_start(rt, &root);
	for (unsigned i = 0; status == RT_OK && i < 20; i++) {
		rt_id id = rt_path_actor(rt, rt_path_find(rt, i % 2 == 0 ? "root/a" : "root/b"));

		(void)!rt_send(rt, id, &msg);
		drive(rt, rt_now(rt) + RT_SECOND);
		assert(rt_work_balanced(rt));
	}
	(void)!rt_shutdown(rt);
	drive(rt, rt_now(rt) + 60 * RT_SECOND);
	rt_free(rt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	assert(text != NULL);
	unpack(data, size);
	memcpy(text, data, size);
	text[size] = '\0';
	run(text);
	free(text);
	return 0;
}
