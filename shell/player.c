/* player.c - how far virtual time may go while it passes with the real one. */
#include "player.h"

#define PAUSE_MAX (1000 * RT_MS)

rt_time sh_player_until(struct sh_player *player, uint32_t speed_permille, int64_t clock, rt_time now)
{
	if (!player->playing || player->speed != speed_permille)
		*player = (struct sh_player){ true, speed_permille, clock, clock, now };
	if (clock - player->latest > PAUSE_MAX)
		player->real += clock - player->latest - PAUSE_MAX;
	player->latest = clock;
	if (!speed_permille)
		return RT_FOREVER;
	__int128 elapsed = (__int128)(clock - player->real) * speed_permille / 1000;
	rt_time until = elapsed >= RT_FOREVER - player->virtual ? RT_FOREVER - 1
								: player->virtual + (rt_time)elapsed;
	return until > now ? until : now;
}
