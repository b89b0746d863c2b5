/* test_player.c - virtual time that passes with a clock that we set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shell/player.h"

#define MS RT_MS

static void time_passes_at_its_speed(void **state)
{
	struct sh_player player = { 0 };
	(void)state;
	assert_int_equal(sh_player_until(&player, 2000, 50 * MS, 7 * MS), 7 * MS);
	assert_int_equal(sh_player_until(&player, 2000, 90 * MS, 7 * MS), 87 * MS);
	/* Another speed counts from here. */
	assert_int_equal(sh_player_until(&player, 500, 100 * MS, 87 * MS), 87 * MS);
	assert_int_equal(sh_player_until(&player, 500, 200 * MS, 87 * MS), 137 * MS);
	assert_int_equal(sh_player_until(&player, 0, 210 * MS, 137 * MS), RT_FOREVER);
}

static void a_suspension_counts_for_a_second(void **state)
{
	struct sh_player player = { 0 };
	(void)state;
	assert_int_equal(sh_player_until(&player, 1000, 0, 0), 0);
	assert_int_equal(sh_player_until(&player, 1000, 3600 * 1000 * MS, 0), 1000 * MS);
	assert_int_equal(sh_player_until(&player, 1000, 3600 * 1000 * MS + 40 * MS, 1000 * MS), 1040 * MS);
}

static void time_never_goes_back_nor_beyond_the_end(void **state)
{
	struct sh_player player = { 0 };
	(void)state;
	assert_int_equal(sh_player_until(&player, 1000, 0, 5 * MS), 5 * MS);
	assert_int_equal(sh_player_until(&player, 1000, 1 * MS, 90 * MS), 90 * MS);
	player.playing = false;
	assert_int_equal(sh_player_until(&player, 1000000, 0, RT_FOREVER - 10), RT_FOREVER - 10);
	assert_int_equal(sh_player_until(&player, 1000000, 1 * MS, RT_FOREVER - 10), RT_FOREVER - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_passes_at_its_speed),
		cmocka_unit_test(a_suspension_counts_for_a_second),
		cmocka_unit_test(time_never_goes_back_nor_beyond_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
