/* loading.c - scenarios from texts in tests. */
#include "tests/support/loading.h"

#include <stdio.h>

static bool keep(void *ctx, const char *text, size_t length)
{
	struct kept *kept = ctx;
	char *more = realloc(kept->text, kept->length + length + 1);

	if (!more)
		return false;
	kept->text = more;
	memcpy(more + kept->length, text, length);
	kept->length += length;
	more[kept->length] = '\0';
	return true;
}

struct scn_sink keep_in(struct kept *kept)
{
	return (struct scn_sink){ .write = keep, .ctx = kept };
}

void kept_free(struct kept *kept)
{
	free(kept->text);
	*kept = (struct kept){ .text = NULL };
}

struct scn_scenario *load_good(const char *text)
{
	struct scn_diags diags = { .file = NULL };
	struct kept shown = { .text = NULL };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_text("test.yaml", text, strlen(text), &diags, &status);

	scn_diags_print(&diags, keep_in(&shown));
	if (!scenario || shown.length)
		fail_msg("%s: %s", rt_status_text(status), shown.text ? shown.text : "no diagnostics");
	assert_int_equal(status, RT_OK);
	scn_diags_fini(&diags);
	return scenario;
}

void assert_wrong(const char *text, const char *diagnostics)
{
	struct scn_diags diags = { .file = NULL };
	char got[8192] = "";
	size_t used = 0;
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_text("test.yaml", text, strlen(text), &diags, &status);

	assert_null(scenario);
	assert_int_equal(status, RT_EINVAL);
	for (size_t i = 0; i < diags.count && used < sizeof(got); i++)
		used += (size_t)snprintf(got + used, sizeof(got) - used, "%s%u:%u: %s", i ? "\n" : "",
					 diags.item[i].line, diags.item[i].column, diags.item[i].text);
	scn_diags_fini(&diags);
	assert_string_equal(got, diagnostics);
}

const struct rt_child *child_at(const struct scn_scenario *scenario, const char *path)
{
	const struct rt_child *child = &scenario->root;
	size_t length = strcspn(path, "/");

	assert_true(strlen(child->id) == length && memcmp(child->id, path, length) == 0);
	while (path[length]) {
		path += length + 1;
		length = strcspn(path, "/");
		const struct rt_child *next = NULL;
		for (uint32_t i = 0; i < child->n_children; i++) {
			const char *id = child->children[i].id;
			if (strlen(id) == length && memcmp(id, path, length) == 0)
				next = &child->children[i];
		}
		if (!next)
			fail_msg("no child '%s'", path);
		child = next;
	}
	return child;
}

char *as_json(const struct scn_scenario *scenario)
{
	struct kept kept = { .text = NULL };

	assert_int_equal(scn_write_json(scenario, keep_in(&kept)), RT_OK);
	return kept.text;
}

char *as_yaml(const struct scn_scenario *scenario)
{
	struct kept kept = { .text = NULL };

	assert_int_equal(scn_write_yaml(scenario, keep_in(&kept)), RT_OK);
	return kept.text;
}
