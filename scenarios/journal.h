/* journal.h - a run as JSON Lines: a header, a line for each event, an end.
 *
 * The bytes are a function of the scenario, the seed and what was done from outside, and of nothing else.
 * They are hashed whether anybody takes them or not.
 */
#ifndef SCENARIOS_JOURNAL_H
#define SCENARIOS_JOURNAL_H

#include "seen.h"

#define SCN_JOURNAL_VERSION 1

struct scn_journal;

/* A null journal, which is none, can be freed and flushed, and never fails. */
enum rt_status scn_journal_new(struct scn_sink sink, struct scn_journal **out) RT_MUST_CHECK;
void scn_journal_free(struct scn_journal *journal); /* flushes */

enum rt_status scn_journal_begin(struct scn_journal *journal, const struct scn_scenario *scenario,
				 uint64_t seed, bool message_events, bool isolated) RT_MUST_CHECK;
void scn_journal_event(struct scn_journal *journal, const struct scn_seen *seen);
/* The last line; fills in result->journal_hash. */
void scn_journal_end(struct scn_journal *journal, struct scn_result *result);
void scn_journal_flush(struct scn_journal *journal);
void scn_journal_last_words(struct scn_journal *journal);
/* The sink did not take everything. */
bool scn_journal_failed(const struct scn_journal *journal);

#endif
