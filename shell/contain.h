/* contain.h - real crashes of workers stay in their workers; ours still take the journal along. */
#ifndef SHELL_CONTAIN_H
#define SHELL_CONTAIN_H

#include "scenarios/scenario.h"

/* Once, at the start of the program and in its one thread.  Without it (the system would not) worlds are not
 * protected: false, and crashes are then only told, not done. */
bool sh_contain_install(void);
bool sh_contained(void);

/* The world whose journal is to be flushed should the program crash; null: none. */
void sh_contain_world(struct scn_world *world);

#endif
