/* write.h - writing a scenario: what the parts of the writer share. */
#ifndef SCENARIOS_WRITE_H
#define SCENARIOS_WRITE_H

#include "emit.h"
#include "path.h"
#include "schema.h"

struct scn_writer {
	struct scn_emit emit;
	bool full; /* with every default */
	const struct scn_scenario *scenario;
	struct rt_child child; /* the defaults */
	struct scn_limits limits;
	struct scn_scenario defaults;
	size_t pool; /* the next one in the order of the tree */
	size_t path_length;
	char path[SCN_PATH_MAX];
};

/* --- write_value.c ------------------------------------------------------------------------------------- */

/* Has the field of this row the same value in both? */
bool scn_write_is_same(const struct scn_key *key, const void *object, const void *other);
/* Key and value; rows of structured types are not for this. */
void scn_write_value(struct scn_writer *w, const struct scn_key *key, const void *object);
/* A number and the like. */
void scn_write_bare(struct scn_writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- write_tree.c -------------------------------------------------------------------------------------- */

void scn_write_tree(struct scn_writer *w);

#endif
