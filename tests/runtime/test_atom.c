/* test_atom.c - interned text. */
#include "tests/support/fixture.h"

#include "runtime/core.h"

static struct fixture *bare(void)
{
	struct rt_config config = {.seed = 7};

	return fixture_new(&config);
}

static const char *text(const struct fixture *f, rt_atom made)
{
	static char buf[RT_ATOM_BUF];

	return rt_atom_text(f->rt, made, buf);
}

TEST(unit_known_atoms_have_their_values)
{
	struct fixture *f = bare();

#define X(name, word) assert_string_equal(text(f, name), word);
	RT_ATOM_LIST(X)
#undef X
#define X(name, word) assert_int_equal(rt_atom_make(f->rt, word), name);
	RT_ATOM_LIST(X)
#undef X
	fixture_free(f);
}

TEST(unit_equal_text_is_the_same_atom)
{
	struct fixture *f = bare();
	rt_atom a = rt_atom_make(f->rt, "boom"), b = rt_atom_make(f->rt, "bang");
	char copy[] = "boom";

	assert_int_not_equal(a, b);
	assert_int_equal(rt_atom_make(f->rt, copy), a);
	assert_int_equal(rt_atom_find(f->rt, "boom!", 4), a);
	assert_int_equal(rt_atom_find(f->rt, "boom!", 5), 0);
	assert_int_equal(rt_atom_find(f->rt, "boo", 3), 0);
	assert_int_equal(rt_atom_make(f->rt, ""), 0);
	assert_string_equal(text(f, a), "boom");
	fixture_free(f);
}

TEST(unit_many_atoms_keep_apart)
{
	struct fixture *f = bare();
	rt_atom made[5000];
	char word[16];

	for (unsigned i = 0; i < 5000; i++) {
		snprintf(word, sizeof word, "atom%u", i);
		made[i] = rt_atom_make(f->rt, word);
	}
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(word, sizeof word, "atom%u", i);
		assert_int_equal(rt_atom_make(f->rt, word), made[i]);
		assert_string_equal(text(f, made[i]), word);
	}
	fixture_free(f);
}

TEST(unit_small_numbers_need_no_memory)
{
	static const char *const numbers[] = {"0", "7", "42", "999999999"};
	static const char *const words[] = {"00", "007", "1000000000", "-1", "1a", "1 ", "+1"};
	struct fixture *f = bare();
	size_t before = rt_memory(f->rt);

	for (size_t i = 0; i < 4; i++) {
		rt_atom made = rt_atom_make(f->rt, numbers[i]);

		assert_true((made & RT_ATOM_NUMBER) != 0);
		assert_string_equal(text(f, made), numbers[i]);
		assert_false(rt_reason_benign(f->rt, made));
	}
	assert_int_equal(rt_memory(f->rt), before);
	for (size_t i = 0; i < 7; i++) {
		rt_atom made = rt_atom_make(f->rt, words[i]);

		assert_true(made != 0 && (made & RT_ATOM_NUMBER) == 0);
		assert_string_equal(text(f, made), words[i]);
	}
	fixture_free(f);
}

TEST(unit_an_atom_without_memory_is_none)
{
	struct fixture *f = bare();

	rt_fail_nth(f->rt, 1);
	assert_int_equal(rt_atom_make(f->rt, "new"), 0);
	assert_int_equal(rt_atom_find(f->rt, "new", 3), 0);
	/* One that is known needs none. */
	rt_fail_nth(f->rt, 1);
	assert_int_equal(rt_atom_make(f->rt, "normal"), RT_A_NORMAL);
	rt_fail_nth(f->rt, 1);
	assert_int_equal(rt_atom_format(f->rt, "{%s,%s}", "a", "b"), RT_A_SYSTEM_LIMIT);
	rt_fail_nth(f->rt, 0);
	assert_string_equal(text(f, rt_atom_format(f->rt, "{%s,%s}", "a", "b")), "{a,b}");
	fixture_free(f);
}

TEST(unit_format_takes_long_text)
{
	struct fixture *f = bare();
	char a[1000], expected[1100];

	memset(a, 'a', sizeof a - 1);
	a[sizeof a - 1] = '\0';
	snprintf(expected, sizeof expected, "{x,%s,%s}", a, "100%s");
	assert_string_equal(text(f, rt_atom_format(f->rt, "{x,%s,%s}", a, "100%s")), expected);
	assert_int_equal(f->rt->region.heap_live, 0);
	fixture_free(f);
}

RUN(cmocka_unit_test(unit_known_atoms_have_their_values),
    cmocka_unit_test(unit_equal_text_is_the_same_atom),
    cmocka_unit_test(unit_many_atoms_keep_apart),
    cmocka_unit_test(unit_small_numbers_need_no_memory),
    cmocka_unit_test(unit_an_atom_without_memory_is_none),
    cmocka_unit_test(unit_format_takes_long_text))
