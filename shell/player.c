/* player.c - how far virtual time may go while it passes with the real one. */
#include "player.h"

#include <stdlib.h>
#include <string.h>

#define PAUSE_MAX (1000 * RT_MS)

bool sh_player_parse(const char *text, uint32_t *speed_permille)
{
	char *end;
	unsigned long whole = strtoul(text, &end, 10), part = 0, digits = 0;

	if (strcmp(text, "max") == 0) {
		*speed_permille = 0;
		return true;
	}
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9' && digits < 3; end++, digits++)
			part = 10 * part + (unsigned long)(*end - '0');
	for (; digits < 3; digits++)
		part *= 10;
	if (*end == 'x')
		end++;
	if (*end != '\0' || text[0] < '0' || text[0] > '9' || whole > 1000 || whole * 1000 + part < 100 ||
	    whole * 1000 + part > 1000000)
		return false;
	*speed_permille = (uint32_t)(whole * 1000 + part);
	return true;
}

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
