/* deed.h - something that was done to a run from outside, kept as text, to be done again. */
#ifndef SCENARIOS_DEED_H
#define SCENARIOS_DEED_H

#include "scenario.h"

/* `move` and `t` say where; they are the caller's to fill in. */
struct scn_deed {
	uint64_t move;
	rt_time t;
	bool expectation; /* `words` is one, as in a journal; else the keys of an action */
	char *words;      /* key, end, text, end ...; an empty key ends it */
	char *told;       /* as typed */
};

enum rt_status scn_deed_of_action(struct scn_deed *deed, const struct inj_action *action) RT_MUST_CHECK;
enum rt_status scn_deed_of_probe(struct scn_deed *deed, const struct scn_probe *probe) RT_MUST_CHECK;
enum rt_status scn_deed_copy(struct scn_deed *to, const struct scn_deed *from) RT_MUST_CHECK;
void scn_deed_fini(struct scn_deed *deed);
/* Now, to this world. */
enum rt_status scn_deed_do(struct scn_world *world, const struct scn_deed *deed,
			   unsigned *targets) RT_MUST_CHECK;

#endif
