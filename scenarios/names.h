/* names.h - every text that the events of a run have mentioned, once, and ready to be written.
 *
 * Paths, reasons and answers come back a million times.  Here each has one entry with its JSON form, so that
 * a journal line is copied together, a history record holds numbers, and two paths are equal if their entries
 * are.  Entries live as long as the table.
 */
#ifndef SCENARIOS_NAMES_H
#define SCENARIOS_NAMES_H

#include "runtime/observe.h"

struct scn_account;

#define SCN_NAME_SLACK 15

struct scn_name {
	const char *text;
	const char *json; /* escaped, without quotes; the same as `text` where nothing had to be */
	                  /* SCN_NAME_SLACK bytes behind it can be read, so that it can be copied in pieces */
	uint32_t length, json_length;
	uint32_t index; /* position in the table; 0 is the empty text */
	/* For the accounts: what they keep about this path, and for which of their generations that is known.
	 */
	uint32_t watched_at;
	struct scn_account *account;
};

struct scn_names;

enum rt_status scn_names_new(const struct rt *rt, struct scn_names **out) RT_MUST_CHECK;
void scn_names_free(struct scn_names *names); /* null is allowed */

/* Each returns null when there is no memory.  A place may be given to another path once its child is gone for
 * good: `fresh` says that this may have happened since it was asked for last. */
struct scn_name *scn_names_text(struct scn_names *names, const char *text, size_t length);
struct scn_name *scn_names_path(struct scn_names *names, rt_place place, bool fresh);
struct scn_name *scn_names_atom(struct scn_names *names, rt_atom atom);

struct scn_name *scn_names_at(const struct scn_names *names, uint32_t index);
/* Null if no event has mentioned it. */
struct scn_name *scn_names_find(const struct scn_names *names, const char *text);

#endif
