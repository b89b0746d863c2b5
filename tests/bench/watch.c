/* watch.c - figures of the live tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell/watch.h"

#include "bench.h"

#define FRAMES  120
#define CRASHES 28 /* a frame, of six events each: 10,000 a second at 60 frames */

struct stage {
	struct sh_session session;
	struct sh_output out;
	struct sh_watch *watch;
	struct viz_screen screen;
};

static bool open_stage(struct stage *stage, const char *scenario)
{
	memset(stage, 0, sizeof *stage);
	stage->out.to = fopen("/dev/null", "w");
	if (stage->out.to == NULL)
		return false;
	sh_session_init(&stage->session, &stage->out, &stage->out);
	stage->session.show = SH_SHOW_NONE;
	if (sh_session_load_text(&stage->session, "bench", scenario, strlen(scenario)) != SH_OK)
		return false;
	stage->watch = sh_watch_open(&stage->session, false);
	if (stage->watch == NULL || !viz_screen_resize(&stage->screen, 120, 40))
		return false;
	sh_watch_pause(stage->watch, true);
	sh_watch_draw(stage->watch, &stage->screen);
	return true;
}

static void close_stage(struct stage *stage)
{
	sh_watch_close(stage->watch);
	viz_screen_fini(&stage->screen);
	(void)sh_session_fini(&stage->session);
	if (stage->out.to != NULL)
		fclose(stage->out.to);
}

static bool crash(struct stage *stage, uint32_t key)
{
	struct inj_action action = { .fault = NULL };
	char path[40];

	snprintf(path, sizeof path, "app/pool/%u", key);
	return inj_action_set(&action, "action", "crash", NULL) == RT_OK &&
	       inj_action_set(&action, "target", path, NULL) == RT_OK &&
	       sh_session_input(&stage->session, &action, NULL) == RT_OK;
}

static bool pass(struct stage *stage, rt_time by)
{
	rt_time until = rt_now(scn_world_rt(stage->session.world)) + by;
	enum rt_status status;

	while ((status = sh_session_move(&stage->session, until)) == RT_OK)
		continue;
	return status == RT_EAGAIN;
}

double bench_frame(unsigned n)
{
	struct stage stage;
	char scenario[400];
	double result = -1, spent = 0;
	uint32_t random = 1;

	snprintf(scenario, sizeof scenario,
		 "version: 1\nname: bench\ntree:\n  id: app\n  children:\n"
		 "    - {id: pool, strategy: simple_one_for_one, intensity: 1000000, period: 1s,\n"
		 "       template: {worker: server}, start: %u}\n",
		 n);
	if (!open_stage(&stage, scenario))
		goto out;
	for (unsigned frame = 0; frame < FRAMES; frame++) {
		for (unsigned i = 0; i < CRASHES; i++) {
			random = random * 1664525 + 1013904223;
			if (!crash(&stage, 1 + (random >> 8) % n))
				goto out;
		}
		if (!pass(&stage, RT_SECOND / 60))
			goto out;
		double begin = bench_now();
		sh_watch_draw(stage.watch, &stage.screen);
		spent += bench_now() - begin;
	}
	result = spent / FRAMES * 1e3;
out:
	close_stage(&stage);
	return result;
}

double bench_watch_back(unsigned n)
{
	static const char scenario[] = "version: 1\nname: bench\nlimits: {time: 24h}\ntree:\n  id: app\n"
				       "  intensity: 1000000\n  children: [{id: a}, {id: b}]\n"
				       "method: [{every: 1ms, action: crash, target: app/a}]\n";
	struct stage stage;
	double result = -1;

	if (!open_stage(&stage, scenario))
		goto out;
	while (rt_seq(scn_world_rt(stage.session.world)) < n)
		if (!pass(&stage, RT_SECOND))
			goto out;
	uint64_t hash = rt_state_hash(scn_world_rt(stage.session.world));
	uint64_t seq = rt_seq(scn_world_rt(stage.session.world));
	double begin = bench_now();
	sh_watch_key(stage.watch, ',', 0, 0);
	sh_watch_draw(stage.watch, &stage.screen);
	result = (bench_now() - begin) * 1e3;
	/* One step back and forth, and it is as it was. */
	if (rt_seq(scn_world_rt(stage.session.world)) >= seq)
		result = -1;
	sh_watch_key(stage.watch, '.', 0, 0);
	if (rt_seq(scn_world_rt(stage.session.world)) != seq ||
	    rt_state_hash(scn_world_rt(stage.session.world)) != hash)
		result = -1;
out:
	close_stage(&stage);
	return result;
}
