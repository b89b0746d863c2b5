/* names.h - every text that the events of a run have mentioned, once, and ready to be written.
 *
 * Paths, reasons and answers come back a million times.  Here each has one entry with its JSON form, so that
 * a journal line is copied together, a history record holds numbers, and two paths are equal if their entries
 * are.  Entries live as long as the arena.
 */
#ifndef SCENARIOS_NAMES_H
#define SCENARIOS_NAMES_H

#include "runtime/observe.h"

struct scn_account;
struct scn_arena;

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

/* Which name a place or an atom has; grown by doubling. */
struct scn_name_index {
	struct scn_name **at;
	size_t size;
};

struct scn_names {
	const struct rt *rt;
	struct scn_arena *arena;
	struct scn_name_index all, by_place, by_atom;
	uint32_t count;
	struct scn_name_entry *by_text;
	char *path; /* to write the path of a place into */
	size_t path_size;
};

/* The names themselves lie in the arena. */
enum rt_status scn_names_new(const struct rt *rt, struct scn_arena *arena,
			     struct scn_names **out) RT_MUST_CHECK;
void scn_names_free(struct scn_names *names); /* null is allowed */

/* Each of these returns null when there is no memory. */
struct scn_name *scn_names_text(struct scn_names *names, const char *text, size_t length);
struct scn_name *scn_names_look_up_path(struct scn_names *names, rt_place place);
struct scn_name *scn_names_look_up_atom(struct scn_names *names, rt_atom atom);

/* A place may be given to another path once its child is gone for good: `fresh` says that this may have
 * happened since it was asked for last. */
static inline struct scn_name *scn_names_path(struct scn_names *names, rt_place place, bool fresh)
{
	if (place < names->by_place.size && names->by_place.at[place] && (!fresh || place == 0))
		return names->by_place.at[place];
	return scn_names_look_up_path(names, place);
}

static inline struct scn_name *scn_names_atom(struct scn_names *names, rt_atom atom)
{
	if (atom < names->by_atom.size && names->by_atom.at[atom])
		return names->by_atom.at[atom];
	return scn_names_look_up_atom(names, atom);
}

static inline struct scn_name *scn_names_at(const struct scn_names *names, uint32_t index)
{
	return names->all.at[index];
}
/* Null if no event has mentioned it. */
struct scn_name *scn_names_find(const struct scn_names *names, const char *text);

#endif
