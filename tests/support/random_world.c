/* random_world.c - everything that can be done to a runtime from outside, in random order. */
#include "fixture.h"

#include "random_world.h"
#include "wild.h"

#include "runtime/core.h"

#define LEVELS 4
#define NAMES 6

/* Memory of the specifications: chained blocks, given back at the end. */
struct block {
	struct block *next;
	max_align_t memory[];
};

struct random_world {
	struct rt *rt;
	struct invariants *inv;
	struct rt_rng tree, act, slow, way;
	struct block *blocks;
	bool memory_fails;
	uint64_t asked, answered;
};

static void *take(struct random_world *w, size_t size)
{
	struct block *block = calloc(1, sizeof *block + size);

	if (block == NULL)
		abort();
	block->next = w->blocks;
	w->blocks = block;
	return block->memory;
}

/* --- a random tree
 * ---------------------------------------------------------------------------------------------- */

static unsigned draw(struct rt_rng *rng, unsigned bound)
{
	return (unsigned)rt_rng_below(rng, bound);
}

static bool one_in(struct rt_rng *rng, unsigned n)
{
	return draw(rng, n) == 0;
}

static const char *const names[NAMES] = {"a", "b", "c", "d", "e", "f"};
static const char *const reasons[] = { "normal", "shutdown", "{shutdown,x}", "killed",
				       "kill",   "boom",     "badarg",       "7" };
#define REASONS (sizeof reasons / sizeof reasons[0])

static void random_starts(struct random_world *w, struct rt_child *child)
{
	unsigned n = 1 + draw(&w->tree, 3);
	struct rt_start_item *starts = take(w, n * sizeof *starts);

	for (unsigned i = 0; i < n; i++) {
		unsigned kind = draw(&w->tree, 5);

		starts[i].outcome = kind < 2 ? RT_START_OK : kind < 4 ? RT_START_FAIL : RT_START_IGNORE;
		starts[i].times = 1 + draw(&w->tree, 3);
		starts[i].reason = starts[i].outcome == RT_START_FAIL ? "nope" : NULL;
	}
	/* Mostly it works at first and at last. */
	if (!one_in(&w->tree, 4))
		starts[0].outcome = starts[n - 1].outcome = RT_START_OK;
	child->starts = starts;
	child->n_starts = n;
}

static struct rt_child random_child(struct random_world *w, const char *id, unsigned level,
				    enum rt_auto_shutdown mode)
{
	static const int64_t shutdowns[] = {0, 10, 700, 5000, RT_SHUTDOWN_INFINITY, RT_SHUTDOWN_BRUTAL_KILL};
	struct rt_rng *rng = &w->tree;
	struct rt_child child = {
		.id = id,
		.supervisor = level == 0 || (level < LEVELS && one_in(rng, 3)),
		.restart = (uint8_t)draw(rng, RT_RESTART_COUNT),
		.shutdown_ms = shutdowns[draw(rng, 6)],
		.trap_exit = one_in(rng, 2),
		.on_shutdown = (uint8_t)draw(rng, 4),
		.stop_delay_ms = draw(rng, 3000),
		.stop_reason = reasons[draw(rng, REASONS)],
		.strategy = (uint8_t)draw(rng, RT_STRATEGY_COUNT),
		.intensity = draw(rng, 8),
		.period_s = 1 + draw(rng, 6),
	};

	if (mode != RT_NEVER && child.restart != RT_PERMANENT)
		child.significant = one_in(rng, 3);
	if (one_in(rng, 4) && level > 0)
		random_starts(w, &child);
	if (!child.supervisor) {
		child.behaviour = one_in(rng, 2) ? &wild_behaviour : NULL;
		return child;
	}
	child.type = RT_SUPERVISOR;
	child.n_children = child.strategy == RT_SIMPLE_ONE_FOR_ONE ? 1 : draw(rng, 5) + (level == 0);
	if (child.strategy != RT_SIMPLE_ONE_FOR_ONE)
		child.auto_shutdown = one_in(rng, 3) ? (uint8_t)draw(rng, RT_AUTO_SHUTDOWN_COUNT) : RT_NEVER;
	struct rt_child *children = take(w, (child.n_children + 1) * sizeof *children);

	for (uint32_t i = 0; i < child.n_children; i++)
		children[i] =
			random_child(w, names[i], level + 1, (enum rt_auto_shutdown)child.auto_shutdown);
	child.children = children;
	return child;
}

/* --- whom to do it to
 * -------------------------------------------------------------------------------------------- */

struct rows {
	struct rt_row row[400];
	unsigned n;
};

static bool keep_row(void *ctx, const struct rt_row *row)
{
	struct rows *rows = ctx;

	rows->row[rows->n++] = *row;
	return rows->n < sizeof rows->row / sizeof rows->row[0];
}

/* A random live actor of this kind (null: none). */
static const struct rt_row *somebody(struct random_world *w, struct rows *rows, bool workers,
				     bool supervisors)
{
	const struct rt_row *found = NULL;
	unsigned n = 0;

	rows->n = 0;
	rt_walk(w->rt, keep_row, rows);
	for (unsigned i = 0; i < rows->n; i++) {
		const struct rt_row *row = &rows->row[i];

		if (!row->has_actor || !(row->actor.type == RT_WORKER ? workers : supervisors))
			continue;
		if (one_in(&w->act, ++n))
			found = row;
	}
	return found;
}

/* --- two ways to look at it
 * -------------------------------------------------------------------------------------- */

struct comparison {
	const struct rt *rt;
	const struct rows *rows;
	unsigned n;
};

/* The same rows, and of each what it takes no time to tell. */
static bool compare_spot(void *ctx, const struct rt_spot *spot)
{
	struct comparison *c = ctx;
	const struct rt_row *row = &c->rows->row[c->n++];
	struct rt_glimpse seen;

	assert_true(c->n <= c->rows->n);
	assert_int_equal(spot->depth, row->depth);
	assert_int_equal(spot->place, row->child.place);
	assert_int_equal(spot->starts, row->starts);
	assert_int_equal(spot->supervisor, row->child.supervisor);
	assert_true(spot->actor == (row->has_actor ? row->actor.id : RT_NOBODY));
	if (!row->has_actor) {
		assert_false(spot->orphan);
		return c->n < c->rows->n;
	}
	assert_int_equal(rt_glimpse(c->rt, spot->actor, &seen), RT_OK);
	assert_int_equal(spot->orphan, row->actor.orphan);
	assert_int_equal(seen.type, row->actor.type);
	assert_int_equal(seen.runs, row->actor.runs);
	assert_int_equal(seen.inside, row->actor.inside);
	assert_int_equal(seen.strategy, row->actor.strategy);
	assert_int_equal(seen.auto_shutdown, row->actor.auto_shutdown);
	assert_int_equal(seen.intensity, row->actor.intensity);
	assert_int_equal(seen.period_s, row->actor.period_s);
	return c->n < c->rows->n;
}

void random_world_look(struct random_world *w)
{
	struct rows rows = { .n = 0 };
	struct comparison c = { .rt = w->rt, .rows = &rows };
	struct rt_glimpse seen;

	rt_walk(w->rt, keep_row, &rows);
	rt_walk_spots(w->rt, compare_spot, &c);
	assert_int_equal(c.n, rows.n);
	assert_int_equal(rt_glimpse(w->rt, RT_NOBODY, &seen), RT_ENOENT);
}

/* --- what to do
 * --------------------------------------------------------------------------------------------------- */

/* Statuses that are no mistake: it is gone, it is not possible now, and, if memory may fail, that. */
static void fine(struct random_world *w, enum rt_status status)
{
	if (status == RT_ENOMEM)
		assert_true(w->memory_fails);
	else
		assert_true(status == RT_OK || status == RT_ENOENT || status == RT_ESTATE ||
			    status == RT_EAGAIN);
}

static rt_atom random_reason(struct random_world *w)
{
	return rt_atom_make(w->rt, reasons[draw(&w->act, REASONS)]);
}

static void ask_something(struct random_world *w, const struct rt_row *supervisor, const struct rt_row *other)
{
	bool pool = supervisor->actor.strategy == RT_SIMPLE_ONE_FOR_ONE;
	struct rt_child child;
	struct rt_request r = {
		.op = RT_OP_START_CHILD + draw(&w->act, RT_OP_COUNT - RT_OP_START_CHILD),
		.supervisor = supervisor->child.place,
		.token = w->asked,
		.name = names[draw(&w->act, NAMES)],
	};

	/* Requests go to the youngest at a place: not to an orphan. */
	if (rt_path_actor(w->rt, r.supervisor) != supervisor->actor.id)
		return;
	if (pool && r.op != RT_OP_START_CHILD && other != NULL && !one_in(&w->act, 4)) {
		r.handle = other->actor.id;
		r.name = NULL;
	}
	if (r.op == RT_OP_START_CHILD && !pool) {
		child = random_child(w, r.name, LEVELS - 1, supervisor->actor.auto_shutdown);
		r.child = &child;
	}
	enum rt_status status = rt_request(w->rt, &r);

	fine(w, status);
	w->asked += status == RT_OK;
}

static void set_flags(struct random_world *w, const struct rt_row *supervisor)
{
	bool pool = supervisor->actor.strategy == RT_SIMPLE_ONE_FOR_ONE;
	struct rt_flags flags = {
		.set = draw(&w->act, 16) & ~(pool ? RT_SET_STRATEGY | RT_SET_AUTO_SHUTDOWN : 0u),
		.strategy = (enum rt_strategy)draw(&w->act, 3),
		.intensity = draw(&w->act, 9),
		.period_s = 1 + draw(&w->act, 5),
		.auto_shutdown = (enum rt_auto_shutdown)draw(&w->act, RT_AUTO_SHUTDOWN_COUNT),
	};

	fine(w, rt_set_flags(w->rt, supervisor->actor.id, &flags));
}

/* Let it run for a while, or to its rest, or let time pass; or do nothing, so that things meet. */
static void go_on(struct random_world *w)
{
	unsigned kind = draw(&w->act, 8);
	enum rt_status status = RT_OK;

	if (kind < 3) {
		status = rt_run(w->rt, rt_now(w->rt), 10000);
	} else if (kind < 5) {
		for (unsigned steps = draw(&w->act, 6); steps > 0 && status == RT_OK; steps--)
			status = rt_step(w->rt);
	} else if (kind == 5) {
		status = rt_run(w->rt, rt_now(w->rt) + (rt_time)draw(&w->act, 2500) * RT_MS, 10000);
	}
	fine(w, status);
	if (kind < 3 && status == RT_OK)
		invariants_at_rest(w->inv);
}

static void mark(struct random_world *w)
{
	struct rt_event event = {.kind = RT_EV_USER};

	rt_because(w->rt, rt_emit(w->rt, &event, NULL));
}

static void start_again(struct random_world *w)
{
	struct rt_child root = random_child(w, "app", 0, RT_NEVER);

	root.auto_shutdown = RT_NEVER;
	fine(w, rt_start(w->rt, &root));
}

void random_world_act(struct random_world *w)
{
	struct rows rows, more;
	unsigned kind = draw(&w->act, 24);
	const struct rt_row *worker = somebody(w, &rows, true, false);
	const struct rt_row *other = somebody(w, &more, true, kind % 2 == 0);
	struct rows all;
	const struct rt_row *supervisor = somebody(w, &all, false, true);

	mark(w);
	if (w->memory_fails)
		rt_fail_nth(w->rt, one_in(&w->act, 3) ? 1 + draw(&w->act, 12) : 0);
	if (supervisor == NULL) {
		if (rt_root(w->rt) == RT_NOBODY)
			start_again(w);
	} else if (kind < 6) {
		if (worker != NULL)
			fine(w, rt_exit(w->rt, worker->actor.id, random_reason(w)));
	} else if (kind < 14) {
		ask_something(w, supervisor, other);
	} else if (kind == 14) {
		fine(w, rt_kill(w->rt, other != NULL && !one_in(&w->act, 4) ? other->actor.id
									    : supervisor->actor.id));
	} else if (kind == 15 && other != NULL) {
		fine(w, rt_signal(w->rt, one_in(&w->act, 3) ? other->actor.parent : RT_NOBODY,
				  other->actor.id, random_reason(w)));
	} else if (kind == 16 && one_in(&w->act, 3)) {
		fine(w, rt_stop(w->rt, supervisor->actor.id, random_reason(w)));
	} else if (kind == 17) {
		rt_id id = one_in(&w->act, 2) || worker == NULL ? supervisor->actor.id : worker->actor.id;

		fine(w, rt_suspend(w->rt, id));
	} else if (kind == 18 && other != NULL) {
		fine(w, rt_resume(w->rt, other->actor.suspended ? other->actor.id : supervisor->actor.id));
	} else if (kind == 19 && worker != NULL && other != NULL) {
		fine(w, rt_link(w->rt, worker->actor.id, other->actor.id));
		fine(w, rt_monitor(w->rt, other->actor.id, worker->actor.id));
	} else if (kind == 20 && other != NULL) {
		if (one_in(&w->act, 2))
			rt_unlink(w->rt, other->actor.id, other->actor.parent);
		else if (worker != NULL)
			rt_unlink(w->rt, other->actor.id, worker->actor.id);
	} else if (kind == 21) {
		set_flags(w, supervisor);
	} else if (kind == 22 && worker != NULL) {
		struct rt_msg msg = {.from = other == NULL ? RT_NOBODY : other->actor.id, .tag = 3};

		fine(w, rt_send(w->rt, worker->actor.id, &msg));
	} else if (kind == 23 && one_in(&w->act, 6)) {
		fine(w, rt_shutdown(w->rt));
	}
	rt_because(w->rt, 0);
	go_on(w);
}

/* --- life
 * ---------------------------------------------------------------------------------------------------------
 */

static rt_time take_time(void *ctx, rt_place place)
{
	struct random_world *w = ctx;

	(void)place;
	return one_in(&w->slow, 5) ? (rt_time)draw(&w->slow, 3000) * RT_MS : 0;
}

/* What may happen to a message on its way; mostly nothing does. */
static enum rt_verdict deliver(void *ctx, struct rt_passage *passage)
{
	struct random_world *w = ctx;

	switch (draw(&w->way, 40)) {
	case 0:
	case 1:
		return RT_REFUSE;
	case 2:
		return RT_SKIP;
	case 3:
	case 4:
		passage->delay = (rt_time)draw(&w->way, 2000) * RT_MS;
		break;
	case 5:
		passage->copies = 1 + draw(&w->way, 3);
		passage->delay = one_in(&w->way, 2) ? RT_MS : 0;
		break;
	case 6:
		passage->spoil = 1 + draw(&w->way, 9);
		break;
	}
	return RT_GO;
}

static rt_time burden(void *ctx, rt_id worker, const struct rt_msg *msg)
{
	struct random_world *w = ctx;

	(void)worker, (void)msg;
	return one_in(&w->way, 20) ? (rt_time)draw(&w->way, 50) * RT_MS : 0;
}

static rt_time skew(void *ctx, rt_id worker)
{
	(void)ctx;
	return (rt_time)(worker % 7) * RT_MS - 3 * RT_MS;
}

static enum rt_verdict grant(void *ctx, rt_id worker, enum rt_resource resource, size_t size)
{
	struct random_world *w = ctx;

	(void)worker, (void)resource, (void)size;
	return one_in(&w->way, 4) ? RT_REFUSE : RT_GO;
}

static void count_answers(void *ctx, const struct rt_event *event, const void *ext)
{
	struct random_world *w = ctx;

	(void)ext;
	w->answered += event->kind == RT_EV_RESULT && event->detail != RT_OP_START;
}

struct random_world *random_world_new(uint64_t seed, bool memory_fails)
{
	struct rt_config config = {.seed = seed, .memory_max = (size_t)64 << 20};
	struct random_world *w = calloc(1, sizeof *w);

	if (w == NULL)
		abort();
	rt_rng_init(&w->tree, seed, "tree");
	rt_rng_init(&w->act, seed, "act");
	rt_rng_init(&w->slow, seed, "slow");
	w->memory_fails = memory_fails;
	assert_int_equal(rt_new(&config, &w->rt), RT_OK);
	rt_rng_init(&w->way, seed, "way");
	rt_hooks_set(w->rt, &(struct rt_hooks){ .ctx = w,
						.start_time = take_time,
						.deliver = deliver,
						.burden = burden,
						.skew = skew,
						.grant = grant });
	w->inv = invariants_new(w->rt, memory_fails);
	assert_int_equal(rt_observe(w->rt, count_answers, w), RT_OK);
	mark(w);
	start_again(w);
	return w;
}

void random_world_leave_messages_alone(struct random_world *w, bool long_way)
{
	rt_hooks_set(w->rt,
		     &(struct rt_hooks){ .ctx = w, .start_time = take_time, .skew = skew, .grant = grant });
	/* An allocation that is to fail, but never comes. */
	rt_fail_nth(w->rt, long_way ? UINT64_MAX : 0);
}

void random_world_end(struct random_world *w)
{
	struct rows rows;
	const struct rt_row *row;

	rt_fail_nth(w->rt, 0);
	fine(w, rt_run(w->rt, rt_now(w->rt), 100000));
	/* Whoever hangs is killed, from the top. */
	while ((row = somebody(w, &rows, true, true)) != NULL) {
		mark(w);
		fine(w, rt_kill(w->rt, rows.row[0].has_actor ? rows.row[0].actor.id : row->actor.id));
		fine(w, rt_run(w->rt, rt_now(w->rt) + 10 * RT_SECOND, 100000));
		invariants_at_rest(w->inv);
	}
	/* What is still on its way to them arrives nowhere. */
	fine(w, rt_run(w->rt, rt_now(w->rt) + 10 * RT_SECOND, 100000));
	invariants_at_end(w->inv);
	assert_int_equal(w->asked, w->answered);
	/* Of the tree nothing is left but its places and its specification. */
	assert_int_equal(rt_alive(w->rt), 0);
	assert_int_equal(w->rt->n_orphans, 0);
	assert_int_equal(w->rt->actors.live, 0);
	assert_int_equal(w->rt->records.live, 0);
	assert_int_equal(w->rt->ledger.live, 0);
	assert_int_equal(w->rt->messages.live, 0);
	assert_int_equal(w->rt->timers.entries.live, 0);
	assert_int_equal(w->rt->timers.count, 0);
	/* And of the specification nothing once there is another one. */
	mark(w);
	assert_int_equal(rt_start(w->rt, &ONE_FOR_ONE("end")), RT_OK);
	fine(w, rt_run(w->rt, rt_now(w->rt), 100));
	mark(w);
	assert_int_equal(rt_shutdown(w->rt), RT_OK);
	fine(w, rt_run(w->rt, rt_now(w->rt), 100));
	assert_int_equal(w->rt->policies.entries.live, 1);
	/* The accounts stay. */
	size_t latencies = 0;

	for (uint32_t book = 1; book <= w->rt->books.entries.high; book++)
		latencies += rt_latency_bytes(
			&((const struct rt_book *)rt_slab_at(&w->rt->books.entries, book))->latency);
	assert_int_equal(w->rt->region.heap_live, latencies);
	assert_int_equal(rt_deadline(w->rt), RT_FOREVER);
}

uint64_t random_world_hash(const struct random_world *w)
{
	return invariants_hash(w->inv) ^ rt_state_hash(w->rt);
}

uint64_t random_world_seen(const struct random_world *w, unsigned kind)
{
	return invariants_seen(w->inv, kind);
}

void random_world_free(struct random_world *w)
{
	struct block *next;

	rt_free(w->rt);
	invariants_free(w->inv);
	for (struct block *block = w->blocks; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	free(w);
}
