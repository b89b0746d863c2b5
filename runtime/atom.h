/* atom.h - interned text.  Like Erlang's, atoms are never given back: a run has few different ones, and what
 * there are many of (the keys of dynamic children) are numbers, which need no entry. */
#ifndef RUNTIME_ATOM_H
#define RUNTIME_ATOM_H

#include "table.h"

#define RT_ATOM_NUMBER 0x80000000u

struct rt_atom_entry {
	uint32_t next;
	uint32_t hash;
	uint32_t text; /* offset in the text range */
	uint32_t benign;
};

struct rt_atoms {
	struct rt_slab entries; /* atom a is entry a: the known ones come first */
	struct rt_table table;
	char *text; /* offset 0 is the empty text */
	uint32_t text_used, text_capacity;
};

enum rt_status rt_atoms_init(struct rt *rt) RT_MUST_CHECK;

/* Has this one been given out, or is it a number, or 0?  What a handler says is a reason may be anything. */
bool rt_atom_given(const struct rt *rt, rt_atom atom);

/* 0: not known (and the empty text). */
rt_atom rt_atom_find(const struct rt *rt, const char *text, size_t length);
rt_atom rt_atom_intern(struct rt *rt, const char *text, size_t length);

/* Intern text made from a format of %s only; RT_A_SYSTEM_LIMIT when there is no memory, which is what a
 * reason nobody could write down becomes. */
rt_atom rt_atom_format(struct rt *rt, const char *format, const char *a, const char *b);

/* {already_started,P}, which a start request passes on as it is (rule 15.2). */
bool rt_reason_already_started(const struct rt *rt, rt_atom reason);

#endif
