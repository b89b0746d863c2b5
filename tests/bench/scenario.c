/* scenario.c - whole runs: how many a second, how much virtual time a second, what an event costs in them.
 * Their events go where they always go, to the history and the accounts, and into a journal, which hashes
 * them as lines of text; or, as those have it who make many runs, into a ring of records instead. */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "ring.h"
#include "runtime/guard.h"
#include "scenarios/scenario.h"

#define TEXT 32768

struct text {
	char data[TEXT];
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text->length += (size_t)vsnprintf(text->data + text->length, TEXT - text->length, format, args);
	va_end(args);
	if (text->length >= TEXT)
		abort();
}

static struct scn_scenario *load(const struct text *text)
{
	struct scn_diags diags = { 0 };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_text("bench", text->data, text->length, &diags, &status);

	if (scenario == NULL)
		fprintf(stderr, "%s\n", diags.count > 0 ? diags.item[0].text : rt_status_text(status));
	scn_diags_fini(&diags);
	return scenario;
}

/* Twenty workers in five domains and a hundred faults of several kinds. */
static struct scn_scenario *twenty(void)
{
	static const char *const faults[] = { "crash, reason: badarg", "kill", "crash, reason: badmatch",
					      "exit, reason: normal" };
	struct text text = { .length = 0 };

	add(&text, "version: 1\nname: bench\nseed: 1\ntree:\n  id: app\n  intensity: 100\n  children:\n");
	for (unsigned i = 0; i < 5; i++) {
		add(&text, "    - id: d%u\n      strategy: %s\n      intensity: 100\n      children:\n", i,
		    i == 0 ? "rest_for_one" : "one_for_one");
		for (unsigned j = 0; j < 4; j++)
			add(&text, "        - {id: w%u}\n", j);
	}
	add(&text, "hypothesis:\n  - {probe: alive, of: app/**}\nmethod:\n");
	for (unsigned i = 0; i < 100; i++)
		add(&text, "  - {at: %ums, target: app/d%u/w%u, action: %s}\n", 10 * i, i % 5, i * 7 / 5 % 4,
		    faults[i % 4]);
	add(&text, "expect:\n  - app: untouched\n  - {probe: count, of: app, equals: 25}\n");
	return load(&text);
}

/* The tree of the Prismatic platform, where a random worker crashes so many times a second. */
static struct scn_scenario *prismatic(unsigned faults, unsigned seconds)
{
	static const struct {
		const char *id, *strategy, *child[3];
	} domains[] = {
		{ "core", "rest_for_one", { "storage", "cache", "telemetry" } },
		{ "osint", "one_for_one", { "adapters", "sources", "monitoring" } },
		{ "security", "one_for_one", { "threats", "perimeter", "compliance" } },
		{ "dd", "one_for_one", { "cases", "entities", "pipeline" } },
		{ "evolution", "rest_for_one", { "mendel", "mycelium", "fitness" } },
	};
	struct text text = { .length = 0 };

	add(&text, "version: 1\nname: bench\nseed: 1\nduration: %us\nlimits: {time: 240h}\ntree:\n"
		   "  id: prismatic\n  intensity: 1000000\n  children:\n",
	    seconds);
	for (unsigned i = 0; i < sizeof domains / sizeof domains[0]; i++)
		add(&text,
		    "    - {id: %s, strategy: %s, intensity: 1000000, children: [{id: %s}, {id: %s}, {id: "
		    "%s}]}\n",
		    domains[i].id, domains[i].strategy, domains[i].child[0], domains[i].child[1],
		    domains[i].child[2]);
	add(&text, "method:\n  - {every: %uus, action: crash, target: prismatic/*/*, mode: one}\n",
	    1000000 / faults);
	add(&text, "expect:\n  - prismatic: untouched\n");
	return load(&text);
}

static bool take(void *ctx, const char *text, size_t length)
{
	return fwrite(text, 1, length, ctx) == length;
}

/* What runs that follow each other have in common. */
struct ground {
	struct scn_spare spare;
	struct bench_ring
		*ring; /* takes the events as records; null: they are written down as lines of text */
	FILE *to;                /* and these go there; null: they are only hashed */
};

static bool open_ground(struct ground *ground, bool records)
{
	*ground = (struct ground){ .ring = records ? bench_ring_new() : NULL };
	return !records || ground->ring != NULL;
}

static void close_ground(struct ground *ground)
{
	scn_spare_fini(&ground->spare);
	bench_ring_free(ground->ring);
}

/* From loaded scenario to verdict, set-up and tear-down of the world included. */
static bool run_once(const struct scn_scenario *scenario, uint64_t seed, struct ground *ground,
		     struct scn_result *result)
{
	struct scn_options options = {
		.has_seed = true,
		.seed = seed,
		.protect = true,
		.no_journal = ground->ring != NULL,
		.spare = &ground->spare,
	};
	struct scn_world *world;

	if (ground->to != NULL)
		options.journal = (struct scn_sink){ .write = take, .ctx = ground->to };
	if (scn_world_new(scenario, &options, &world) != RT_OK)
		return false;
	bool ok = ground->ring == NULL ||
		  rt_observe(scn_world_rt(world), bench_ring_put, ground->ring) == RT_OK;

	ok = ok && scn_world_run(world, NULL) == RT_OK;
	bench_ring_drain(ground->ring);
	*result = scn_world_result(world);
	if (ok && result->verdict != SCN_PASS)
		fprintf(stderr, "%s\n", result->text);
	ok = ok && result->verdict == SCN_PASS;
	scn_world_free(world);
	return ok;
}

/* --- many short runs ----------------------------------------------------------------------------------- */

struct searcher {
	const struct scn_scenario *scenario;
	pthread_t thread;
	unsigned count;
	uint64_t seed;
	bool records;
	bool ok;
};

static void *search(void *ctx)
{
	struct searcher *searcher = ctx;
	struct scn_result result;
	struct ground ground;

	searcher->ok = rt_guard_enter() == RT_OK && open_ground(&ground, searcher->records);
	for (unsigned i = 0; searcher->ok && i < searcher->count; i++)
		searcher->ok = run_once(searcher->scenario, searcher->seed + i, &ground, &result) &&
			       result.fired == 100;
	close_ground(&ground);
	rt_guard_leave();
	return NULL;
}

#define THREADS 2

/* All threads read the one scenario. */
static double runs(unsigned threads, bool records)
{
	unsigned count = bench_times(3000);
	struct searcher searchers[THREADS];
	struct scn_scenario *scenario = twenty();
	bool ok = scenario != NULL && rt_guard_install(NULL) == RT_OK;
	unsigned made = 0;
	double begin = bench_now();

	for (; ok && made < threads; made++) {
		searchers[made] =
			(struct searcher){ .scenario = scenario, .count = count, .seed = 1 + made * count,
					   .records = records };
		ok = pthread_create(&searchers[made].thread, NULL, search, &searchers[made]) == 0;
		if (!ok)
			break;
	}
	for (unsigned i = 0; i < made; i++) {
		pthread_join(searchers[i].thread, NULL);
		ok = ok && searchers[i].ok;
	}
	double spent = bench_now() - begin;

	scn_free(scenario);
	return ok ? threads * count / spent : -1;
}

double bench_scenario_runs(unsigned n)
{
	(void)n;
	return runs(1, true);
}

double bench_scenario_runs_text(unsigned n)
{
	(void)n;
	return runs(1, false);
}

double bench_scenario_runs_2(unsigned n)
{
	(void)n;
	return runs(THREADS, true);
}

/* --- a long one ---------------------------------------------------------------------------------------- */

#define FAULTS 40000

static double chaos(unsigned n, FILE *to, double *virtual, double *events)
{
	struct ground ground = { .to = to };
	unsigned seconds = 1 + bench_times(FAULTS) / n;
	struct scn_scenario *scenario = prismatic(n, seconds);
	struct scn_result result;
	bool ok = scenario != NULL && bench_guard();
	double begin = bench_now();

	ok = ok && run_once(scenario, 1, &ground, &result) && result.fired >= n * (seconds - 1);
	double spent = bench_now() - begin;

	close_ground(&ground);
	scn_free(scenario);
	if (!ok)
		return -1;
	*virtual = (double)result.t / RT_SECOND;
	*events = (double)result.events;
	return spent;
}

double bench_prismatic_speed(unsigned n)
{
	double seconds, events, spent = chaos(n, NULL, &seconds, &events);

	return spent < 0 ? -1 : seconds / spent;
}

double bench_run_event(unsigned n)
{
	double seconds, events, spent = chaos(n, NULL, &seconds, &events);

	return spent < 0 ? -1 : spent * 1e9 / events;
}

double bench_journal_jsonl(unsigned n)
{
	FILE *to = tmpfile();
	double seconds, events, spent = to == NULL ? -1 : chaos(n, to, &seconds, &events);

	if (to != NULL && fclose(to) != 0)
		return -1;
	return spent < 0 ? -1 : spent * 1e9 / events;
}
