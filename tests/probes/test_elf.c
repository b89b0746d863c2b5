/* Notes of a binary: where the arguments of a probe point lie. */
#include <string.h>

#include "config.h"
#include "probes/elf.h"
#include "runtime/usdt.h"
#include "tests/support/fixture.h"

static const struct prb_arg *parse(const char *text)
{
	static struct prb_arg arg;

	assert_true(prb_arg_parse(text, strlen(text), &arg));
	return &arg;
}

TEST(unit_arguments_in_registers_memory_and_constants_are_found)
{
	assert_int_equal(parse("8@%rax")->where, PRB_REGISTER);
	assert_int_equal(parse("8@%rax")->reg, 80);
	assert_int_equal(parse("4@%r12d")->reg, 24);
	assert_int_equal(parse("4@%r12d")->size, 4);
	assert_int_equal(parse("1@%sil")->reg, 104);
	assert_int_equal(parse("-8@24(%rbx)")->where, PRB_MEMORY);
	assert_int_equal(parse("-8@24(%rbx)")->value, 24);
	assert_int_equal(parse("-8@24(%rbx)")->is_signed, 1);
	assert_int_equal(parse("8@-16(%rbp)")->value, -16);
	assert_int_equal(parse("8@(%rdi)")->value, 0);
	assert_int_equal(parse("4@$7")->where, PRB_CONSTANT);
	assert_int_equal(parse("-4@$-7")->value, -7);
}

TEST(unit_what_cannot_be_read_is_refused)
{
	static const char *const odd[] = { "",
					   "8",
					   "8@",
					   "8@%xyz",
					   "3@%rax",
					   "8@8(%rax,%rbx,4)",
					   "8@name(%rip)",
					   "8@%rax+",
					   "8@$7x",
					   "8@%raxraxraxrax" };
	struct prb_arg arg;

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_false(prb_arg_parse(odd[i], strlen(odd[i]), &arg));
}

#if TREEFALL_HAVE_SDT && TREEFALL_HAVE_LIBDW && defined(__x86_64__)
TEST(unit_every_point_of_the_table_is_in_this_program_and_can_be_read)
{
	struct prb_binary binary;
	struct rt_error error = { 0 };

	assert_int_equal(prb_binary_read("/proc/self/exe", &binary, &error), RT_OK);
	assert_int_equal(binary.n_points, RT_USDT_COUNT);
	for (unsigned i = 0; i < RT_USDT_COUNT; i++) {
		const struct prb_point *point = prb_binary_point(&binary, rt_usdt_rows[i].name);
		unsigned commas = 0;

		assert_non_null(point);
		assert_true(point->nop5);
		assert_false(point->odd);
		assert_int_not_equal(point->offset, 0);
		assert_int_not_equal(point->semaphore, 0);
		for (const char *at = rt_usdt_rows[i].args; *at != '\0'; at++)
			commas += *at == ',';
		/* A comma inside brackets explains, it does not separate. */
		if (strchr(rt_usdt_rows[i].args, '(') == NULL)
			assert_int_equal(point->n_args, commas + 1);
	}
	assert_int_not_equal(binary.current, 0);
	assert_int_not_equal(binary.layout, 0);
	prb_binary_fini(&binary);
}
#endif

TEST(unit_what_is_no_program_of_ours_is_told_so)
{
	struct prb_binary binary;
	struct rt_error error = { 0 };

	assert_int_not_equal(prb_binary_read("/nowhere/at/all", &binary, &error), RT_OK);
	assert_non_null(strstr(error.text, "/nowhere/at/all"));
	assert_int_not_equal(prb_binary_read("/etc/passwd", &binary, &error), RT_OK);
	assert_int_not_equal(prb_binary_read("/bin/true", &binary, &error), RT_OK);
	assert_string_not_equal(error.text, "");
}

RUN(cmocka_unit_test(unit_arguments_in_registers_memory_and_constants_are_found),
    cmocka_unit_test(unit_what_cannot_be_read_is_refused),
#if TREEFALL_HAVE_SDT && TREEFALL_HAVE_LIBDW && defined(__x86_64__)
    cmocka_unit_test(unit_every_point_of_the_table_is_in_this_program_and_can_be_read),
#endif
    cmocka_unit_test(unit_what_is_no_program_of_ours_is_told_so))
