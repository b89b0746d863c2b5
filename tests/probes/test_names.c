/* Paths of places, remembered. */
#include <string.h>

#include "probes/names.h"
#include "tests/support/fixture.h"

static struct prb_path path_of(const char *text)
{
	struct prb_path path = { 0 };

	strncat(path.text, text, sizeof(path.text) - 1);
	return path;
}

TEST(unit_a_place_is_known_by_its_run_and_its_number)
{
	const struct prb_place_key here = { .run = 0x1000, .place = 1 },
				   there = { .run = 0x1001, .place = 1 };
	const struct prb_path a = path_of("core/a"), b = path_of("shop/b");
	struct prb_names names = { 0 };

	assert_null(prb_names_find(&names, &here));
	prb_names_add(&names, &here, &a);
	assert_null(prb_names_find(&names, &there));
	prb_names_add(&names, &there, &b);
	assert_string_equal(prb_names_find(&names, &here)->text, "core/a");
	assert_string_equal(prb_names_find(&names, &there)->text, "shop/b");
	prb_names_add(&names, &here, &b);
	assert_string_equal(prb_names_find(&names, &here)->text, "shop/b");
	prb_names_fini(&names);
	assert_null(prb_names_find(&names, &here));
}

RUN(cmocka_unit_test(unit_a_place_is_known_by_its_run_and_its_number))
