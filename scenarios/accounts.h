/* accounts.h - what the probes of a run have to know about paths, counted as it happens.
 *
 * Only paths that a probe names, by itself or by a pattern, have an account; a tree of a million workers that
 * nobody asks about costs nothing here.  A pattern watched later is made up for from the history.
 */
#ifndef SCENARIOS_ACCOUNTS_H
#define SCENARIOS_ACCOUNTS_H

#include "history.h"

struct scn_recovery;

struct scn_account {
	struct scn_name *name;
	uint32_t starts, exits, give_ups;
	uint32_t starts_since_up, exits_since_up;
	uint32_t live;        /* processes that are up now; an orphan and its successor are two for a while */
	uint32_t running;     /* the same, with those whose start is not over */
	uint32_t incarnation; /* of the latest start */
	uint32_t live_at_up, incarnation_at_up;
	rt_time live_since;
	rt_time up_time;       /* virtual time with a process that is up, without the current stretch */
	uint64_t last_give_up; /* seq */
	/* recovery: the end that is not recovered from yet, -1 none; then the recovery that it is part of. */
	rt_time ended_at, recovering_since, recovery_max;
	struct scn_recovery *recovery;
	bool late; /* being made up for, or still to be */
};

struct scn_accounts;

/* Each lies in the arena. */
enum rt_status scn_accounts_new(struct scn_names *names, struct scn_arena *arena,
				struct scn_accounts **out) RT_MUST_CHECK;
void scn_accounts_free(struct scn_accounts *accounts); /* null is allowed */

/* Watch what matches from now on; once the tree is up, what it missed is to be made up for.  The text has to
 * live as long as the accounts. */
enum rt_status scn_accounts_watch(struct scn_accounts *accounts, const char *pattern) RT_MUST_CHECK;
/* This very pattern, and nothing is to be made up for. */
bool scn_accounts_watches(const struct scn_accounts *accounts, const char *pattern);
/* Follow this `order` probe; its paths have to be watched. */
enum rt_status scn_accounts_order(struct scn_accounts *accounts, const struct scn_probe *probe) RT_MUST_CHECK;
/* Make up for what was watched after it had begun to happen: from what the history still has, and from the
 * tree for actors of which it has nothing any more.  RT_ENOMEM: it is to be done again. */
enum rt_status scn_accounts_recall(struct scn_accounts *accounts, const struct scn_history *history,
				   const struct rt *rt) RT_MUST_CHECK;

/* One event.  RT_ENOMEM: the accounts are incomplete from now on. */
enum rt_status scn_accounts_event(struct scn_accounts *accounts, const struct scn_seen *seen) RT_MUST_CHECK;
/* The tree is up: what counts from there counts from now. */
void scn_accounts_up(struct scn_accounts *accounts, uint64_t seq, rt_time t);

/* In the order in which paths were first seen. */
size_t scn_accounts_count(const struct scn_accounts *accounts);
const struct scn_account *scn_accounts_at(const struct scn_accounts *accounts, size_t index);
/* Null: nothing seen at this path. */
const struct scn_account *scn_accounts_find(const struct scn_accounts *accounts, const char *path);

/* Time from `up` to `now` in which there was a process whose start was over; in which there was none. */
rt_time scn_account_up_time(const struct scn_account *account, rt_time up, rt_time now);
rt_time scn_account_down_time(const struct scn_account *account, rt_time up, rt_time now);
/* Share of the time from `up` to `now` in parts per 1,000,000,000, rounded down. */
uint32_t scn_account_uptime(const struct scn_account *account, rt_time up, rt_time now);
/* Longest recovery; 0 if it never ended, -1 if an end was not recovered from. */
rt_time scn_account_recovery(const struct scn_account *account);
/* Is an `order` probe with the same items followed? */
bool scn_accounts_follows(const struct scn_accounts *accounts, const struct scn_probe *probe);
/* How many items of an `order` probe that is followed have come; the first one missing is next. */
size_t scn_accounts_order_met(const struct scn_accounts *accounts, const struct scn_probe *probe);

#endif
