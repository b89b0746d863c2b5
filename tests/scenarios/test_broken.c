/* test_broken.c - every tests/data/broken/NAME.yaml gives what NAME.err says, to the letter. */
#include "tests/support/loading.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

static char *read_whole(const char *path)
{
	struct kept kept = { .text = NULL };
	char buf[4096];
	size_t got;
	FILE *file = fopen(path, "rb");

	if (!file)
		fail_msg("%s is missing", path);
	while ((got = fread(buf, 1, sizeof(buf), file)) > 0)
		assert_true(keep_in(&kept).write(&kept, buf, got));
	fclose(file);
	return kept.text ? kept.text : calloc(1, 1);
}

static void check(const char *name)
{
	char expected_path[300];
	struct scn_diags diags = { .file = NULL };
	struct kept shown = { .text = NULL };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_file(name, &diags, &status);

	if (scenario)
		fail_msg("%s is no broken scenario", name);
	assert_int_equal(status, RT_EINVAL);
	scn_diags_print(&diags, keep_in(&shown));
	snprintf(expected_path, sizeof(expected_path), "%.*s.err", (int)(strlen(name) - 5), name);
	char *expected = read_whole(expected_path);
	if (!shown.text || strcmp(shown.text, expected) != 0)
		fail_msg("%s gives\n%sinstead of\n%s", name, shown.text ? shown.text : "nothing ", expected);
	free(expected);
	kept_free(&shown);
	scn_diags_fini(&diags);
}

static int is_yaml(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

static void every_broken_scenario_is_told_what_is_wrong(void **state)
{
	struct dirent **names;

	(void)state;
	assert_int_equal(chdir("tests/data/broken"), 0);
	int count = scandir(".", &names, is_yaml, alphasort);
	assert_true(count >= 30);
	for (int i = 0; i < count; i++) {
		check(names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_broken_scenario_is_told_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
