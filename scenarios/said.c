/* said.c - see said.h. */
#include "said.h"

#include "arena.h"
#include "text.h"

#include <stdatomic.h>

struct kept {
	struct scn_text text;
	bool longer; /* than SCN_SAID_MAX: it is not here */
};

struct scn_said {
	_Atomic(struct kept *) kept;
};

struct scn_said *scn_said_new(struct scn_arena *arena)
{
	struct scn_said *said = scn_arena_alloc(arena, sizeof(*said));

	if (said)
		atomic_init(&said->kept, NULL);
	return said;
}

static void drop(struct kept *kept)
{
	if (!kept)
		return;
	scn_text_fini(&kept->text);
	scn_mem_free(kept);
}

void scn_said_fini(struct scn_said *said)
{
	if (said)
		drop(atomic_load(&said->kept));
}

static bool keep(void *ctx, const char *text, size_t length)
{
	struct kept *kept = ctx;

	if (!kept->longer && kept->text.length + length > SCN_SAID_MAX) {
		kept->longer = true;
		scn_text_fini(&kept->text);
	}
	if (!kept->longer)
		scn_text_put(&kept->text, text, length);
	return !kept->text.failed;
}

static enum rt_status make(const struct scn_scenario *scenario, struct kept **out)
{
	struct kept *kept = scn_mem_alloc(sizeof(*kept)), *other = NULL;

	if (!kept)
		return RT_ENOMEM;
	*kept = (struct kept){ 0 };
	enum rt_status status = scn_write_json(scenario, (struct scn_sink){ .write = keep, .ctx = kept });

	if (status != RT_OK || kept->text.failed) {
		drop(kept);
		return RT_ENOMEM;
	}
	if (!atomic_compare_exchange_strong(&scenario->said->kept, &other, kept)) {
		drop(kept);
		kept = other;
	}
	*out = kept;
	return RT_OK;
}

enum rt_status scn_said_give(const struct scn_scenario *scenario, struct scn_sink sink)
{
	struct kept *kept = atomic_load(&scenario->said->kept);

	if (!kept) {
		enum rt_status status = make(scenario, &kept);

		if (status != RT_OK)
			return status;
	}
	if (kept->longer)
		return scn_write_json(scenario, sink);
	sink.write(sink.ctx, kept->text.data, kept->text.length);
	return RT_OK;
}
