/* contain.c - the program's part in containment: it takes the signals, and says what is to be saved. */
#include "contain.h"

#include "runtime/guard.h"

static bool contained;
static struct scn_world *volatile current;

static void last_words(int signal)
{
	struct scn_world *world = current;

	(void)signal;
	current = NULL;
	if (world)
		scn_world_flush(world);
}

bool sh_contain_install(void)
{
	if (!contained)
		contained = rt_guard_install(last_words) == RT_OK && rt_guard_enter() == RT_OK;
	return contained;
}

bool sh_contained(void)
{
	return contained;
}

void sh_contain_world(struct scn_world *world)
{
	current = world;
}
