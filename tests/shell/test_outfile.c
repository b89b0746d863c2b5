/* test_outfile.c - files made for people: whole or not at all, and never instead of somebody's work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "shell/outfile.h"

struct place {
	char folder[64], file[96];
	struct sh_cli cli;
	struct sh_output out, err;
	FILE *nowhere;
};

static void place_init(struct place *place)
{
	snprintf(place->folder, sizeof(place->folder), "build/outfile-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->file, sizeof(place->file), "%s/x.svg", place->folder);
	place->nowhere = fopen("/dev/null", "w");
	sh_output_init(&place->out, place->nowhere, SH_COLOR_NEVER);
	sh_output_init(&place->err, place->nowhere, SH_COLOR_NEVER);
	place->cli = (struct sh_cli){ .out = &place->out, .err = &place->err };
}

static void place_fini(struct place *place)
{
	unlink(place->file);
	assert_int_equal(rmdir(place->folder), 0);
	fclose(place->nowhere);
}

static void fill(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void assert_file(const char *path, const char *text)
{
	char is[100] = "";
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	is[fread(is, 1, sizeof(is) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(is, text);
}

static enum sh_code check(struct place *place, const char *path)
{
	return sh_outfile_check(&place->cli, "--svg", path, "<svg ");
}

static enum sh_code write_to(struct place *place, const char *path, const char *what)
{
	struct sh_text text = { 0 };
	sh_text_printf(&text, "%s", what);
	enum sh_code code = sh_outfile_write(&place->cli, path, &text);
	sh_text_fini(&text);
	return code;
}

static void unit_what_is_not_there_is_made_and_what_is_ours_replaced(void **state)
{
	struct place place;
	struct stat there;
	(void)state;
	place_init(&place);
	assert_int_equal(check(&place, place.file), SH_OK);
	assert_int_not_equal(stat(place.file, &there), 0); /* looking leaves nothing behind */
	assert_int_equal(write_to(&place, place.file, "<svg 1"), SH_OK);
	assert_int_equal(check(&place, place.file), SH_OK);
	assert_int_equal(write_to(&place, place.file, "<svg 2"), SH_OK);
	assert_file(place.file, "<svg 2");
	place_fini(&place);
}

static void unit_what_is_somebodys_work_is_refused(void **state)
{
	struct place place;
	(void)state;
	place_init(&place);
	fill(place.file, "version: 1\n");
	assert_int_equal(check(&place, place.file), SH_USAGE);
	assert_file(place.file, "version: 1\n");
	fill(place.file, "");
	assert_int_equal(check(&place, place.file), SH_OK);
	place_fini(&place);
}

static void unit_what_cannot_be_written_is_said_before_and_after(void **state)
{
	struct place place;
	char below[128];
	(void)state;
	place_init(&place);
	snprintf(below, sizeof(below), "%s/no/x.svg", place.folder);
	assert_int_equal(check(&place, below), SH_UNWRITTEN);
	assert_int_equal(check(&place, place.folder), SH_UNWRITTEN);
	assert_int_equal(check(&place, "/dev/full"), SH_OK);
	assert_int_equal(write_to(&place, "/dev/full", "<svg"), SH_UNWRITTEN);
	assert_int_equal(write_to(&place, below, "<svg"), SH_UNWRITTEN);
	assert_int_equal(write_to(&place, "/dev/null", "<svg"), SH_OK);
	place_fini(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_what_is_not_there_is_made_and_what_is_ours_replaced),
		cmocka_unit_test(unit_what_is_somebodys_work_is_refused),
		cmocka_unit_test(unit_what_cannot_be_written_is_said_before_and_after),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
