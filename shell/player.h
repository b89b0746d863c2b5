/* player.h - how far virtual time may go while it passes with the real one. */
#ifndef SHELL_PLAYER_H
#define SHELL_PLAYER_H

#include <stdbool.h>

#include "runtime/types.h"

/* Initialise with zeroes; `playing` may be set to false to begin anew. */
struct sh_player {
	bool playing;
	uint32_t speed;
	int64_t real;    /* when it was started or its speed changed */
	int64_t latest;  /* when it last went on */
	rt_time virtual; /* the world's time at `real` */
};

/* 0.1x to 1000x in thousandths, and max, which is 0. */
bool sh_player_parse(const char *text, uint32_t *speed_permille);

/* The virtual time that is reached at `clock` of the real one, never before `now`; RT_FOREVER at speed 0,
 * which is as fast as it goes.  It is asked many times a second, so a longer pause was one of ours (somebody
 * had us suspended), and counts for a second only. */
rt_time sh_player_until(struct sh_player *player, uint32_t speed_permille, int64_t clock, rt_time now);

#endif
