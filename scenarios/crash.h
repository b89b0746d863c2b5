/* crash.h - reports of the latest deaths that nobody ordered. */
#ifndef SCENARIOS_CRASH_H
#define SCENARIOS_CRASH_H

#include "seen.h"

#define SCN_CRASHES_MAX 256

/* The tag of a message in a word: those of the runtime have one, others are their number. */
#define SCN_TAG_BUF 16
const char *scn_tag_word(uint32_t tag, char buf[SCN_TAG_BUF]);

enum rt_status scn_crashes_new(struct scn_crashes **out) RT_MUST_CHECK;
/* For another run, as if it were new. */
void scn_crashes_renew(struct scn_crashes *crashes);
void scn_crashes_free(struct scn_crashes *crashes); /* null is allowed */
/* Every such death; takes no memory.  The oldest report gives way. */
void scn_crashes_event(struct scn_crashes *crashes, const struct scn_seen *seen);
size_t scn_crashes_count(const struct scn_crashes *crashes);
/* The nth from the latest, which is 1. */
const struct scn_crash *scn_crashes_at(const struct scn_crashes *crashes, size_t n);

#endif
