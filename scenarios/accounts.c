/* accounts.c - counting per path.
 *
 * Recovery is the one thing that is not a count.  Every start in a restart carries the seq of the first
 * restart of its recovery (its origin).  An end at a path waits until a restart of that path, or a start at
 * it, names an origin; from then on the account looks at that recovery, whose last start moves on as long as
 * members of the set are started, whether anybody watches those or not.
 *
 * A worker whose start takes time is up when it is ready: before, its supervisor does not have it.
 */
#include "accounts.h"

#include "arena.h"
#include "path.h"
#include "recovery.h"
#include "watch.h"

#include <string.h>

struct order {
	const struct scn_probe *probe;
	size_t met;
	bool late;
};

struct scn_accounts {
	struct scn_names *names;
	struct scn_arena *arena;
	struct scn_watches watches;
	struct scn_account **accounts;
	size_t n_accounts, accounts_size;
	struct order *orders;
	size_t n_orders, orders_size;
	struct scn_recoveries recoveries;
	uint32_t generation; /* of the patterns */
	uint64_t up_seq;     /* 0: not yet */
	rt_time up;
	bool recalling;
	bool incomplete; /* something is watched of which what it missed has not been made up for */
};

/* START: it is not up yet; EXIT: it never was. */
static bool is_starting(const struct rt_event *event)
{
	return event->kind == RT_EV_START ? event->a == 1 : event->detail == RT_EXIT_STARTING;
}

enum rt_status scn_accounts_new(struct scn_names *names, struct scn_arena *arena, struct scn_accounts **out)
{
	struct scn_accounts *accounts = scn_mem_alloc(sizeof(*accounts));
	if (!accounts)
		return RT_ENOMEM;
	memset(accounts, 0, sizeof(*accounts));
	accounts->names = names;
	accounts->arena = arena;
	accounts->generation = 1;
	*out = accounts;
	return RT_OK;
}

void scn_accounts_free(struct scn_accounts *accounts)
{
	if (!accounts)
		return;
	scn_recoveries_fini(&accounts->recoveries);
	scn_mem_free(accounts->accounts);
	scn_watches_fini(&accounts->watches);
	scn_mem_free(accounts->orders);
	scn_mem_free(accounts);
}

/* --- what is watched ----------------------------------------------------------------------------------- */

bool scn_accounts_watches(const struct scn_accounts *accounts, const char *pattern)
{
	return !accounts->incomplete && scn_watches_has(&accounts->watches, pattern);
}

enum rt_status scn_accounts_watch(struct scn_accounts *accounts, const char *pattern)
{
	enum rt_status status = scn_watches_add(&accounts->watches, pattern);

	accounts->generation += status == RT_OK;
	accounts->incomplete |= status == RT_OK && accounts->up_seq != 0;
	return status;
}

enum rt_status scn_accounts_order(struct scn_accounts *accounts, const struct scn_probe *probe)
{
	struct order *orders =
		scn_mem_grow(accounts->orders, &accounts->orders_size, accounts->n_orders, sizeof(*orders));
	if (!orders)
		return RT_ENOMEM;
	accounts->orders = orders;
	accounts->orders[accounts->n_orders++] = (struct order){ .probe = probe, .late = true };
	return RT_OK;
}

static __attribute__((noinline)) struct scn_account *make_account(struct scn_accounts *accounts,
								  struct scn_name *name, bool *no_memory)
{
	if (!scn_watches_path(&accounts->watches, name->text)) {
		name->watched_at = accounts->generation;
		return NULL;
	}
	struct scn_account *account = NULL,
			   **all = scn_mem_grow(accounts->accounts, &accounts->accounts_size,
						accounts->n_accounts, sizeof(struct scn_account *));
	if (all) {
		accounts->accounts = all;
		account = scn_arena_alloc(accounts->arena, sizeof(*account));
	}
	if (!account) {
		*no_memory = true;
		return NULL;
	}
	account->name = name;
	account->ended_at = -1;
	account->late = accounts->recalling || accounts->incomplete;
	name->watched_at = accounts->generation;
	name->account = account;
	accounts->accounts[accounts->n_accounts++] = account;
	return account;
}

/* The account of a path, made if the path is watched.  Null without a status in doubt: nobody watches. */
static struct scn_account *account_of(struct scn_accounts *accounts, struct scn_name *name, bool *no_memory)
{
	if (name->account || name->watched_at == accounts->generation)
		return name->account;
	return make_account(accounts, name, no_memory);
}

/* --- recovery ------------------------------------------------------------------------------------------ */

static rt_time recovered_in(const struct scn_account *account)
{
	if (!account->recovery || account->recovery->last_start < account->recovering_since)
		return 0;
	return account->recovery->last_start - account->recovering_since;
}

static void leave_recovery(struct scn_accounts *accounts, struct scn_account *account)
{
	struct scn_recovery *recovery = account->recovery;

	if (!recovery)
		return;
	rt_time took = recovered_in(account);
	if (took > account->recovery_max)
		account->recovery_max = took;
	account->recovery = NULL;
	scn_recovery_leave(&accounts->recoveries, recovery);
}

/* The end at this path is part of the recovery `origin`. */
static bool join_recovery(struct scn_accounts *accounts, struct scn_account *account, uint64_t origin)
{
	if (account->ended_at < 0)
		return true;
	if (!account->recovery || account->recovery->origin != origin) {
		struct scn_recovery *recovery = scn_recovery_hold(&accounts->recoveries, origin);
		if (!recovery)
			return false;
		leave_recovery(accounts, account);
		account->recovery = recovery;
		account->recovering_since = account->ended_at;
	}
	return true;
}

rt_time scn_account_recovery(const struct scn_account *account)
{
	if (account->ended_at >= 0)
		return -1;
	rt_time took = recovered_in(account);
	return took > account->recovery_max ? took : account->recovery_max;
}

/* --- one event ----------------------------------------------------------------------------------------- */

static bool is_after_up(const struct scn_accounts *accounts, const struct rt_event *event)
{
	return accounts->up_seq && event->seq > accounts->up_seq;
}

static __attribute__((noinline)) void follow_orders(struct scn_accounts *accounts,
						  const struct rt_event *event, const char *path)
{
	char sign = event->kind == RT_EV_START ? '+' : '-';

	for (size_t i = 0; i < accounts->n_orders; i++) {
		struct order *order = &accounts->orders[i];
		if (order->met == order->probe->n_order || (accounts->recalling && !order->late))
			continue;
		const char *item = order->probe->order[order->met];
		if (item[0] == sign && inj_pattern_match(item + 1, path))
			order->met++;
	}
}

static void account_start(struct scn_accounts *accounts, struct scn_account *account,
			  const struct rt_event *event)
{
	account->starts++;
	account->running++;
	account->incarnation = event->incarnation;
	if (is_after_up(accounts, event))
		account->starts_since_up++;
	else
		account->incarnation_at_up = event->incarnation;
}

/* Recovered from what ended here before. */
static bool account_up(struct scn_accounts *accounts, struct scn_account *account,
		       const struct rt_event *event)
{
	bool joined = true;

	if (account->live++ == 0)
		account->live_since = event->t;
	if (!is_after_up(accounts, event))
		account->live_at_up = account->live;
	if (event->origin) {
		joined = join_recovery(accounts, account, event->origin);
		if (account->recovery && account->recovery->origin == event->origin)
			account->recovery->last_start = event->t;
	} else if (account->ended_at >= 0) {
		leave_recovery(accounts, account); /* somebody asked for it */
		if (event->t - account->ended_at > account->recovery_max)
			account->recovery_max = event->t - account->ended_at;
	}
	account->ended_at = -1;
	return joined;
}

static void account_exit(struct scn_accounts *accounts, struct scn_account *account,
			 const struct rt_event *event)
{
	bool after_up = is_after_up(accounts, event);

	account->exits++;
	if (account->running > 0)
		account->running--;
	account->exits_since_up += after_up;
	if (is_starting(event))
		return;
	/* Without its start in what is left of the history, it had run since the tree was up. */
	if (account->live == 0) {
		account->live_since = accounts->up;
		account->live = 1;
		if (after_up && account->starts_since_up == 0) {
			account->live_at_up = 1;
			account->incarnation_at_up = event->incarnation;
		}
	}
	if (--account->live == 0 && after_up) {
		rt_time since = account->live_since > accounts->up ? account->live_since : accounts->up;
		account->up_time += event->t - since;
	}
	if (!after_up)
		account->live_at_up = account->live;
	else if (account->live == 0) /* else it is an orphan that was replaced before it ended */
		account->ended_at = event->t;
}

static enum rt_status take(struct scn_accounts *accounts, const struct rt_event *event, struct scn_name *path)
{
	bool no_memory = false, joined = true;

	bool up = event->kind == RT_EV_READY || (event->kind == RT_EV_START && !is_starting(event));
	if (up && event->origin) {
		struct scn_recovery *recovery = scn_recovery_find(&accounts->recoveries, event->origin);
		if (recovery && event->t > recovery->last_start)
			recovery->last_start = event->t;
	}
	struct scn_account *account = account_of(accounts, path, &no_memory);
	if (accounts->n_orders > 0 && account && is_after_up(accounts, event) &&
	    (event->kind == RT_EV_START || event->kind == RT_EV_EXIT))
		follow_orders(accounts, event, path->text);
	if (!account || (accounts->recalling && !account->late))
		return no_memory ? RT_ENOMEM : RT_OK;
	switch (event->kind) {
	case RT_EV_START:
		account_start(accounts, account, event);
		if (!is_starting(event))
			joined = account_up(accounts, account, event);
		break;
	case RT_EV_READY:
		joined = account_up(accounts, account, event);
		break;
	case RT_EV_EXIT:
		account_exit(accounts, account, event);
		break;
	case RT_EV_RESTART:
		joined = join_recovery(accounts, account, event->origin);
		break;
	case RT_EV_GIVE_UP:
		account->give_ups++;
		account->last_give_up = event->seq;
		break;
	}
	return joined ? RT_OK : RT_ENOMEM;
}

static bool is_counted(unsigned kind)
{
	const uint32_t counted = 1u << RT_EV_START | 1u << RT_EV_READY | 1u << RT_EV_EXIT |
				 1u << RT_EV_RESTART | 1u << RT_EV_GIVE_UP;

	return kind < RT_EV_USER && (counted >> kind & 1) != 0;
}

enum rt_status scn_accounts_event(struct scn_accounts *accounts, const struct scn_seen *seen)
{
	if (!accounts->watches.by_text || !is_counted(seen->event->kind))
		return RT_OK;
	return take(accounts, seen->event, seen->path);
}

void scn_accounts_up(struct scn_accounts *accounts, uint64_t seq, rt_time t)
{
	accounts->up_seq = seq;
	accounts->up = t;
	for (size_t i = 0; i < accounts->n_orders; i++)
		accounts->orders[i].late = false;
}

/* --- made up for --------------------------------------------------------------------------------------- */

struct recall {
	struct scn_accounts *accounts;
	const struct rt *rt;
	char path[SCN_PATH_MAX];
	bool no_memory;
};

/* Actors of which the history has nothing: they run, or ran, since before its first event. */
static bool recall_row(void *ctx, const struct rt_row *row)
{
	struct recall *recall = ctx;
	struct scn_accounts *accounts = recall->accounts;

	if (!row->has_actor)
		return true;
	if (rt_path_text(recall->rt, row->child.place, recall->path, sizeof(recall->path)) >=
	    sizeof(recall->path))
		return true;
	if (!scn_watches_path(&accounts->watches, recall->path))
		return true;
	struct scn_name *name = scn_names_path(accounts->names, row->child.place, true);
	struct scn_account *account = name ? account_of(accounts, name, &recall->no_memory) : NULL;
	if (!account) {
		recall->no_memory = true;
		return false;
	}
	if (!account->late)
		return true;
	account->running++;
	if (account->starts < row->starts)
		account->starts = row->starts;
	bool up = row->actor.type == RT_SUPERVISOR || row->actor.life != RT_STARTING;
	if (account->live == 0 && up) {
		account->live = 1;
		account->live_since = row->actor.started_at;
		account->incarnation = row->actor.incarnation;
		if (row->actor.started_at <= accounts->up) {
			account->live_at_up = 1;
			account->incarnation_at_up = row->actor.incarnation;
		}
	}
	return true;
}

/* An earlier time may have ended halfway for want of memory. */
static void begin_again(struct scn_accounts *accounts)
{
	for (size_t i = 0; i < accounts->n_accounts; i++) {
		struct scn_account *account = accounts->accounts[i];
		if (!account->late)
			continue;
		leave_recovery(accounts, account);
		*account = (struct scn_account){ .name = account->name, .ended_at = -1, .late = true };
	}
	for (size_t i = 0; i < accounts->n_orders; i++) {
		if (accounts->orders[i].late)
			accounts->orders[i].met = 0;
	}
}

enum rt_status scn_accounts_recall(struct scn_accounts *accounts, const struct scn_history *history,
				   const struct rt *rt)
{
	enum rt_status status = RT_OK;
	uint64_t last = scn_history_last(history);

	begin_again(accounts);
	accounts->recalling = true;
	for (uint64_t seq = scn_history_first(history); seq <= last && status == RT_OK; seq++) {
		struct scn_event event;
		if (!scn_history_get(history, seq, &event) || !is_counted(event.kind))
			continue;
		const struct rt_event again = {
			.kind = (uint16_t)event.kind,
			.seq = seq,
			.origin = event.origin,
			.t = event.t,
			.incarnation = event.incarnation,
			.a = event.a,
			.detail = event.detail,
		};
		status = take(accounts, &again, scn_names_find(accounts->names, event.path));
	}
	struct recall *recall = status == RT_OK ? scn_mem_alloc(sizeof(*recall)) : NULL;
	if (recall) {
		recall->accounts = accounts;
		recall->rt = rt;
		recall->no_memory = false;
		for (size_t i = 0; i < accounts->n_accounts; i++) {
			if (accounts->accounts[i]->late)
				accounts->accounts[i]->running = 0;
		}
		rt_walk(rt, recall_row, recall);
		if (recall->no_memory)
			status = RT_ENOMEM;
		scn_mem_free(recall);
	} else {
		status = RT_ENOMEM;
	}
	accounts->recalling = false;
	accounts->incomplete = status != RT_OK;
	if (accounts->incomplete)
		return status;
	for (size_t i = 0; i < accounts->n_accounts; i++)
		accounts->accounts[i]->late = false;
	for (size_t i = 0; i < accounts->n_orders; i++)
		accounts->orders[i].late = false;
	return status;
}

/* --- what they say ------------------------------------------------------------------------------------- */

size_t scn_accounts_count(const struct scn_accounts *accounts)
{
	return accounts->n_accounts;
}

const struct scn_account *scn_accounts_at(const struct scn_accounts *accounts, size_t index)
{
	return accounts->accounts[index];
}

const struct scn_account *scn_accounts_find(const struct scn_accounts *accounts, const char *path)
{
	const struct scn_name *name = scn_names_find(accounts->names, path);
	return name ? name->account : NULL;
}

rt_time scn_account_up_time(const struct scn_account *account, rt_time up, rt_time now)
{
	rt_time since = account->live_since > up ? account->live_since : up;

	return account->up_time + (account->live ? now - since : 0);
}

rt_time scn_account_down_time(const struct scn_account *account, rt_time up, rt_time now)
{
	return now - up - scn_account_up_time(account, up, now);
}

uint32_t scn_account_uptime(const struct scn_account *account, rt_time up, rt_time now)
{
	if (now <= up)
		return account->live ? 1000000000u : 0;
	return (uint32_t)((unsigned __int128)scn_account_up_time(account, up, now) * 1000000000u /
			  (uint64_t)(now - up));
}

static const struct order *find_order(const struct scn_accounts *accounts, const struct scn_probe *probe)
{
	for (size_t i = 0; i < accounts->n_orders; i++) {
		const struct scn_probe *other = accounts->orders[i].probe;
		size_t same = 0;
		while (other->n_order == probe->n_order && same < probe->n_order &&
		       strcmp(other->order[same], probe->order[same]) == 0)
			same++;
		if (other->n_order == probe->n_order && same == probe->n_order)
			return &accounts->orders[i];
	}
	return NULL;
}

bool scn_accounts_follows(const struct scn_accounts *accounts, const struct scn_probe *probe)
{
	return !accounts->incomplete && find_order(accounts, probe) != NULL;
}

size_t scn_accounts_order_met(const struct scn_accounts *accounts, const struct scn_probe *probe)
{
	const struct order *order = find_order(accounts, probe);
	return order ? order->met : 0;
}
