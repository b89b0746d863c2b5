/* invariants.c - the account, and the rules that it is held against.  Numbers are those of
 * docs/supervision.md. */
#include "fixture.h"

#include "invariants.h"
#include "wild.h"

/* A process, from its start on; the dead stay, so that a second end is noticed. */
struct process {
	rt_id id, parent;
	rt_place place;
	bool alive, supervisor, pool;
	bool slow;   /* a worker that is starting and takes its time */
	bool unsure; /* a restart was another generation's, or its */
	uint64_t origin;
	uint32_t incarnation;
	/* supervisors: the start that is going on, and the restarts in the window */
	int64_t last_position;
	bool last_ignored;
	int64_t *second;
	unsigned n_seconds;
	/* supervisors: the latest stop of a child, by cause */
	uint64_t stop_cause;
	int64_t stop_position;
};

#define LATEST 60 /* events told when something is wrong */

struct invariants {
	struct rt *rt;
	bool memory_fails;
	struct process *process;
	size_t n, capacity;
	uint16_t *kind; /* of each event */
	uint64_t *cause;
	size_t kinds_capacity;
	uint64_t seq;
	rt_time t;
	uint64_t hash;
	uint64_t seen[RT_EV_USER + 1];
	char latest[LATEST][200];
};

static char *path_of(const struct invariants *inv, rt_place place)
{
	static char text[4][600];
	static unsigned next;
	char *path = text[next++ % 4];

	rt_path_text(inv->rt, place, path, sizeof text[0]);
	return path;
}

static void tell_latest(const struct invariants *inv)
{
	for (uint64_t i = inv->seq < LATEST ? 0 : inv->seq - LATEST; i < inv->seq; i++)
		print_error("%s\n", inv->latest[(i + 1) % LATEST]);
}

static void note_latest(struct invariants *inv, const struct rt_event *event)
{
	char number[RT_ATOM_BUF];
	const char *word = rt_event_word(event->kind);

	snprintf(inv->latest[event->seq % LATEST], sizeof inv->latest[0], "%llu <- %llu  %s %.100s %s",
		 (unsigned long long)event->seq, (unsigned long long)event->cause,
		 word == NULL ? "act" : word, path_of(inv, event->place),
		 rt_atom_text(inv->rt, event->reason, number));
}

#define BREACH(inv, event, ...)                                                                              \
	do {                                                                                                 \
		tell_latest(inv);                                                                            \
		print_error("event %llu (%s %s): ", (unsigned long long)(event)->seq,                        \
			    rt_event_word((event)->kind), path_of(inv, (event)->place));                     \
		fail_msg(__VA_ARGS__);                                                                       \
	} while (0)

static void *grown(void *memory, size_t *capacity, size_t needed, size_t size)
{
	if (needed <= *capacity)
		return memory;
	*capacity = *capacity == 0 ? 256 : 2 * *capacity;
	memory = realloc(memory, *capacity * size);
	if (memory == NULL)
		abort();
	return memory;
}

/* --- who is who
 * ----------------------------------------------------------------------------------------------- */

static struct process *find(const struct invariants *inv, rt_id id)
{
	for (size_t i = inv->n; id != RT_NOBODY && i-- > 0;)
		if (inv->process[i].id == id)
			return &inv->process[i];
	return NULL;
}

/* The only live process at a place; null if there are several generations. */
static struct process *only_at(const struct invariants *inv, rt_place place)
{
	struct process *found = NULL;

	for (size_t i = 0; i < inv->n; i++) {
		if (!inv->process[i].alive || inv->process[i].place != place)
			continue;
		if (found != NULL)
			return NULL;
		found = &inv->process[i];
	}
	return found;
}

struct search {
	rt_place place;
	rt_id id;
	int64_t at, found;
	struct rt_spec_info spec;
};

static bool search_child(void *ctx, const struct rt_child_info *child)
{
	struct search *s = ctx;

	if (child->place == s->place && (s->id == RT_NOBODY || child->id == s->id)) {
		s->found = s->at;
		s->spec = child->spec;
		return false;
	}
	s->at++;
	return true;
}

/* Position of a child in its supervisor's list, -1 if it is not there. */
static int64_t position(const struct invariants *inv, rt_id supervisor, rt_place place,
			struct rt_spec_info *spec)
{
	struct search s = {.place = place, .found = -1};

	if (rt_children(inv->rt, supervisor, search_child, &s) != RT_OK)
		return -1;
	if (spec != NULL)
		*spec = s.spec;
	return s.found;
}

/* --- rules of single events
 * ------------------------------------------------------------------------------------- */

/* 4.1, 9.2: in one start of a set, children are started in record order. */
static void check_start_order(struct invariants *inv, const struct rt_event *event, struct process *parent)
{
	if (parent == NULL || parent->pool)
		return;
	int64_t at = position(inv, parent->id, event->place, NULL);
	bool ignored = event->kind == RT_EV_START_IGNORED;
	struct rt_actor_info info;

	if (at < 0)
		BREACH(inv, event, "is not in its supervisor's list");
	/* By request: one alone. */
	if (event->origin == 0 && rt_actor(inv->rt, parent->id, &info) == RT_OK && info.life != RT_STARTING)
		parent->last_position = -1;
	/* Records of temporary children that said ignore are gone, and the next one moved up. */
	if (at < parent->last_position || (at == parent->last_position && !parent->last_ignored))
		BREACH(inv, event, "started out of order");
	parent->last_position = at;
	parent->last_ignored = ignored;
}

/* 20.2: a supervisor does nothing but wait for the child that takes its time to start. */
static void check_patience(struct invariants *inv, const struct rt_event *event, const struct process *parent)
{
	for (size_t i = 0; parent != NULL && i < inv->n; i++)
		if (inv->process[i].alive && inv->process[i].slow && inv->process[i].parent == parent->id)
			BREACH(inv, event, "while %s was starting", path_of(inv, inv->process[i].place));
}

static void ready(struct invariants *inv, const struct rt_event *event)
{
	struct process *process = find(inv, event->actor);

	if (process == NULL || !process->alive || !process->slow || process->place != event->place ||
	    process->incarnation != event->incarnation)
		BREACH(inv, event, "was not starting");
	process->slow = false;
}

static void started(struct invariants *inv, const struct rt_event *event)
{
	struct rt_actor_info info;
	struct rt_spec_info spec = {0};

	if (rt_actor(inv->rt, event->actor, &info) != RT_OK)
		BREACH(inv, event, "nobody started");
	if (find(inv, event->actor) != NULL)
		BREACH(inv, event, "a handle was given out twice");
	struct process *parent = find(inv, info.parent);

	if (info.parent != RT_NOBODY && (parent == NULL || !parent->alive))
		BREACH(inv, event, "was started by the dead");
	check_start_order(inv, event, parent);
	check_patience(inv, event, parent);
	/* 2.3: a restart by its own supervisor, not part of the first start of that one. */
	if (parent != NULL && event->origin != 0 && event->origin != parent->origin &&
	    position(inv, parent->id, event->place, &spec) >= 0 && !parent->pool &&
	    spec.restart == RT_TEMPORARY)
		BREACH(inv, event, "is temporary and was restarted");
	for (size_t i = 0; i < inv->n; i++)
		if (inv->process[i].place == event->place && inv->process[i].alive &&
		    inv->process[i].incarnation >= event->incarnation)
			BREACH(inv, event, "is not the youngest at its place");
	inv->process = grown(inv->process, &inv->capacity, inv->n + 1, sizeof *inv->process);
	inv->process[inv->n++] = (struct process){
		.id = event->actor,
		.parent = info.parent,
		.place = event->place,
		.alive = true,
		.supervisor = event->type == RT_SUPERVISOR,
		.slow = event->a == 1,
		.pool = event->type == RT_SUPERVISOR && event->detail == RT_SIMPLE_ONE_FOR_ONE,
		.origin = event->origin,
		.incarnation = event->incarnation,
		.last_position = -1,
	};
}

/* Nobody told it to end. */
static bool by_itself(const struct invariants *inv, const struct rt_event *event)
{
	char number[RT_ATOM_BUF];

	return wild_reason(rt_atom_text(inv->rt, event->reason, number));
}

/* 7.1: children that end for one cause, because their supervisor stops them, do so in reverse order. */
static void check_stop_order(struct invariants *inv, const struct rt_event *event, const struct process *dead)
{
	struct process *parent = find(inv, dead->parent);
	uint64_t cause = event->cause;

	if (parent == NULL || !parent->alive || parent->pool || by_itself(inv, event))
		return;
	if (inv->kind[cause] == RT_EV_SHUTDOWN_TIMEOUT)
		cause = inv->cause[cause];
	if (inv->kind[cause] == RT_EV_EXIT)
		return; /* over links there is no order */
	int64_t at = position(inv, parent->id, event->place, NULL);

	if (parent->stop_cause == cause && at >= parent->stop_position)
		BREACH(inv, event, "was stopped out of order");
	parent->stop_cause = cause;
	parent->stop_position = at;
}

static void ended(struct invariants *inv, const struct rt_event *event)
{
	struct process *dead = find(inv, event->actor);

	if (dead == NULL || !dead->alive)
		BREACH(inv, event, "ended twice, or was never started");
	if (dead->incarnation != event->incarnation || dead->place != event->place)
		BREACH(inv, event, "is somebody else");
	if (dead->slow != (event->detail == RT_EXIT_STARTING))
		BREACH(inv, event, "says wrongly whether it was starting");
	dead->alive = false;
	check_stop_order(inv, event, dead);
	/* 5.5, 7.1: only the killed leave children behind. */
	for (size_t i = 0; dead->supervisor && i < inv->n && !inv->memory_fails; i++)
		if (inv->process[i].alive && inv->process[i].parent == dead->id &&
		    event->reason != RT_A_KILLED)
			BREACH(inv, event, "left %s behind", path_of(inv, inv->process[i].place));
	free(dead->second);
	dead->second = NULL;
}

/* Generations overlap, and the event does not say whose it is: nobody's window is known any more. */
static void forget_windows(struct invariants *inv, rt_place place)
{
	for (size_t i = 0; i < inv->n; i++) {
		if (inv->process[i].place != place)
			continue;
		inv->process[i].unsure = true;
		inv->process[i].last_position = -1;
	}
}

/* 10.2, word by word.  Returns how many restarts are in the window, this one included. */
static unsigned note_restart(struct process *supervisor, rt_time now, uint32_t period_s)
{
	int64_t second = now / RT_SECOND;
	unsigned kept = 0;

	for (unsigned i = 0; i < supervisor->n_seconds; i++)
		if (supervisor->second[i] >= second - (int64_t)period_s)
			supervisor->second[kept++] = supervisor->second[i];
	supervisor->second = realloc(supervisor->second, (kept + 1) * sizeof *supervisor->second);
	if (supervisor->second == NULL)
		abort();
	supervisor->second[kept++] = second;
	supervisor->n_seconds = kept;
	return kept;
}

static void decided(struct invariants *inv, const struct rt_event *event)
{
	bool gives_up = event->kind == RT_EV_GIVE_UP;
	struct process *supervisor =
		gives_up ? find(inv, event->actor) : only_at(inv, event->other);
	struct rt_actor_info info;

	if (supervisor == NULL) {
		forget_windows(inv, event->other);
		return;
	}
	if (rt_actor(inv->rt, supervisor->id, &info) != RT_OK)
		BREACH(inv, event, "was decided by the dead");
	check_patience(inv, event, supervisor);
	unsigned count = note_restart(supervisor, event->t, info.period_s);

	supervisor->last_position = -1;
	supervisor->last_ignored = false;
	if (supervisor->unsure)
		return;
	if (event->a != count)
		BREACH(inv, event, "counts %u restarts in the window, it is %u", event->a, count);
	if (event->b != info.intensity)
		BREACH(inv, event, "says intensity %u, it is %u", event->b, info.intensity);
	if ((count > info.intensity) != gives_up)
		BREACH(inv, event, "%u restarts in the window, intensity %u", count, info.intensity);
	if (!gives_up) {
		struct rt_spec_info spec = {0};

		if (position(inv, supervisor->id, event->place, &spec) < 0 || spec.restart == RT_TEMPORARY)
			BREACH(inv, event, "cannot be restarted");
	}
}

/* Where an end can come from. */
static bool can_end(unsigned cause)
{
	switch (cause) {
	case RT_EV_START:	  /* a supervisor that is refused */
	case RT_EV_EXIT:	  /* a link, a killed supervisor, an end that another one brought about */
	case RT_EV_START_ERROR:	  /* a start that failed */
	case RT_EV_START_FAILED:
	case RT_EV_START_IGNORED:
	case RT_EV_CHILD_TERMINATED:
	case RT_EV_RESTART:	  /* a group */
	case RT_EV_GIVE_UP:
	case RT_EV_AUTO_SHUTDOWN:
	case RT_EV_SHUTDOWN_TIMEOUT:
	case RT_EV_REQUEST:	  /* what a worker was told, and ended of */
	case RT_EV_LOST:
	case RT_EV_DELAYED:
	case RT_EV_DUPLICATED:
	case RT_EV_REFUSED:
		return true;
	default:
		return cause >= RT_EV_USER;
	}
}

/* --- all events
 * ------------------------------------------------------------------------------------------------ */

static void mix(struct invariants *inv, uint64_t value)
{
	inv->hash = (inv->hash ^ value) * 0x9e3779b97f4a7c15u;
	inv->hash ^= inv->hash >> 31;
}

static void see(void *ctx, const struct rt_event *event, const void *ext)
{
	struct invariants *inv = ctx;

	(void)ext;
	inv->seq++;
	note_latest(inv, event);
	if (event->seq != inv->seq)
		BREACH(inv, event, "a gap in the numbers");
	if (event->t < inv->t)
		BREACH(inv, event, "time ran backwards");
	inv->t = event->t;
	if (event->kind < RT_EV_USER && (event->cause == 0 || event->cause >= event->seq))
		BREACH(inv, event, "has no cause");
	if (inv->kinds_capacity <= event->seq) {
		size_t capacity = inv->kinds_capacity;

		inv->kind = grown(inv->kind, &capacity, event->seq + 1, sizeof *inv->kind);
		inv->cause = grown(inv->cause, &inv->kinds_capacity, event->seq + 1, sizeof *inv->cause);
	}
	inv->kind[event->seq] = event->kind;
	inv->cause[event->seq] = event->cause;
	inv->seen[event->kind < RT_EV_USER ? event->kind : RT_EV_USER]++;
	mix(inv, event->seq ^ (uint64_t)event->kind << 48);
	mix(inv, (uint64_t)event->t);
	mix(inv, event->cause ^ event->origin << 32);
	mix(inv, event->actor);
	mix(inv, (uint64_t)event->place << 32 | event->other);
	mix(inv, (uint64_t)event->incarnation << 32 | event->reason);
	mix(inv, (uint64_t)event->a << 32 | event->b);
	switch (event->kind) {
	case RT_EV_START:
		started(inv, event);
		break;
	case RT_EV_READY:
		ready(inv, event);
		break;
	case RT_EV_START_IGNORED:
		check_start_order(inv, event, only_at(inv, event->other));
		break;
	case RT_EV_EXIT:
		if (!can_end(inv->kind[event->cause]))
			BREACH(inv, event, "ended because of %s", rt_event_word(inv->kind[event->cause]));
		ended(inv, event);
		break;
	case RT_EV_RESTART:
	case RT_EV_GIVE_UP:
		decided(inv, event);
		break;
	default:
		break;
	}
}

struct invariants *invariants_new(struct rt *rt, bool memory_fails)
{
	struct invariants *inv = calloc(1, sizeof *inv);

	if (inv == NULL)
		abort();
	inv->rt = rt;
	inv->memory_fails = memory_fails;
	inv->seq = rt_seq(rt);
	assert_int_equal(rt_observe(rt, see, inv), RT_OK);
	return inv;
}

void invariants_free(struct invariants *inv)
{
	for (size_t i = 0; i < inv->n; i++)
		free(inv->process[i].second);
	free(inv->process);
	free(inv->kind);
	free(inv->cause);
	free(inv);
}

/* --- moments
 * ---------------------------------------------------------------------------------------------------- */

struct tally {
	const struct invariants *inv;
	struct rt_counts counts;
	uint64_t live;
	bool pool, may_restart;
};

static bool tally_child(void *ctx, const struct rt_child_info *child)
{
	struct tally *tally = ctx;
	struct rt_actor_info info;

	tally->counts.specs++;
	if (child->type == RT_SUPERVISOR)
		tally->counts.supervisors++;
	else
		tally->counts.workers++;
	if (child->state == RT_CHILD_RUNNING)
		tally->counts.active += tally->pool || rt_actor(tally->inv->rt, child->id, &info) == RT_OK;
	if (child->state == RT_CHILD_RESTARTING && !tally->may_restart)
		fail_msg("%s is restarting at rest", path_of(tally->inv, child->place));
	return true;
}

/* 15.7, 15.8, 14.11 */
static bool check_row(void *ctx, const struct rt_row *row)
{
	struct tally *all = ctx;

	all->live += row->has_actor;
	if (!row->has_actor || row->actor.type != RT_SUPERVISOR)
		return true;
	struct tally own = {.inv = all->inv, .pool = row->actor.strategy == RT_SIMPLE_ONE_FOR_ONE};
	struct rt_counts counts;

	/* What is held, or in the middle of something, has its queue still before it. */
	own.may_restart = row->actor.suspended || row->actor.mailbox > 0 || row->actor.life != RT_ALIVE;
	assert_int_equal(rt_children(all->inv->rt, row->actor.id, tally_child, &own), RT_OK);
	assert_int_equal(rt_count(all->inv->rt, row->actor.id, &counts), RT_OK);
	assert_int_equal(counts.specs, own.pool ? 1 : own.counts.specs);
	assert_int_equal(counts.workers, own.counts.workers);
	assert_int_equal(counts.supervisors, own.counts.supervisors);
	assert_int_equal(counts.active, own.counts.active);
	return true;
}

void invariants_at_rest(const struct invariants *inv)
{
	struct tally all = {.inv = inv};
	uint64_t live = 0;

	assert_true(rt_work_balanced(inv->rt));
	rt_walk(inv->rt, check_row, &all);
	for (size_t i = 0; i < inv->n; i++)
		live += inv->process[i].alive;
	assert_int_equal(all.live, live);
	assert_int_equal(rt_alive(inv->rt), live);
}

void invariants_at_end(const struct invariants *inv)
{
	for (size_t i = 0; i < inv->n; i++)
		if (inv->process[i].alive)
			fail_msg("%s never ended", path_of(inv, inv->process[i].place));
	assert_int_equal(inv->seen[RT_EV_START], inv->seen[RT_EV_EXIT]);
}

uint64_t invariants_hash(const struct invariants *inv)
{
	return inv->hash;
}

uint64_t invariants_seen(const struct invariants *inv, unsigned kind)
{
	return inv->seen[kind < RT_EV_USER ? kind : RT_EV_USER];
}
