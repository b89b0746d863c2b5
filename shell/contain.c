/* contain.c - the program's part in containment: it takes the signals, and says what is to be saved. */
#include "contain.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/guard.h"
#include "viz/terminal.h"

#include "code.h"

static bool contained;
static pid_t self;
static struct scn_world *volatile current;

static void last_words(int signal)
{
	struct scn_world *world = current;

	(void)signal;
	viz_terminal_restore();
	current = NULL;
	if (world)
		scn_world_last_words(world);
}

/* Nobody but a worker ends the program while there is a world, and its code would pass for a verdict.
 * A worker in a process of its own ends only that. */
static void at_exit(void)
{
	static const char text[] = "treefall: a worker called exit(), which ends the program; no verdict\n";

	if (!current || getpid() != self)
		return;
	last_words(0);
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(SH_INTERNAL);
}

bool sh_contain_install(void)
{
	self = getpid();
	/* Who started us may not have wanted to hear of children; of what workers' processes die we want to.
	 */
	signal(SIGCHLD, SIG_DFL);
	if (!contained)
		contained = atexit(at_exit) == 0 && rt_guard_install(last_words) == RT_OK &&
			    rt_guard_enter() == RT_OK;
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
