/* fuzz_load.c - any bytes: the loader refuses them with words, or what it loads can be written and loads
 * again as the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/plugin.h"
#include "scenarios/scenario.h"

/* Workers with a parameter of each type; and so no file is opened as a plugin. */
static const char *const words[] = { "steady", "bursts", NULL };
static const struct rt_param params[] = {
	{ .name = "tries", .help = "", .type = RT_PARAM_COUNT, .max = 10, .fallback = 3 },
	{ .name = "count", .help = "", .type = RT_PARAM_COUNT, .min = 1, .max = INT64_MAX },
	{ .name = "pause", .help = "", .type = RT_PARAM_DURATION, .min = 1, .max = INT64_MAX, .fallback = 5 },
	{ .name = "room", .help = "", .type = RT_PARAM_SIZE, .min = 1, .max = 1 << 30 },
	{ .name = "share", .help = "", .type = RT_PARAM_SHARE, .fallback = 500000000 },
	{ .name = "loud", .help = "", .type = RT_PARAM_BOOL },
	{ .name = "pace", .help = "", .type = RT_PARAM_WORD, .words = words },
	{ .name = "calls", .help = "", .type = RT_PARAM_PATH },
	{ .name = "to", .help = "", .type = RT_PARAM_PATH, .mandatory = true },
	{ .name = NULL },
};
static const struct rt_behaviour all = {
	.name = "all", .help = "", .endless = true, .ended_by = "count", .params = params
};
static const struct rt_behaviour *const behaviours[] = { &all, NULL };
static const struct rt_plugin plugin = { .version = RT_PLUGIN_VERSION, .behaviours = behaviours };

/* The library forgets a buffer here and there when it meets an error. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfyaml\n";
}

struct kept {
	char *text;
	size_t length, size;
};

static bool keep(void *ctx, const char *text, size_t length)
{
	struct kept *kept = ctx;

	if (kept->size - kept->length < length) {
		kept->size = (kept->length + length) * 2;
		kept->text = realloc(kept->text, kept->size);
		assert(kept->text);
	}
	memcpy(kept->text + kept->length, text, length);
	kept->length += length;
	return true;
}

static struct scn_scenario *load(const char *text, size_t length, struct kept *shown)
{
	struct scn_diags diags = { .file = NULL };
	enum rt_status status;
	struct scn_scenario *scenario = scn_load_text("fuzz.yaml", text, length, &diags, &status);

	scn_diags_print(&diags, (struct scn_sink){ .write = keep, .ctx = shown });
	assert(scenario ? status == RT_OK && diags.count == 0 : status == RT_EINVAL && diags.count > 0);
	for (size_t i = 1; i < diags.count; i++)
		assert(diags.item[i - 1].line <= diags.item[i].line);
	scn_diags_fini(&diags);
	return scenario;
}

typedef enum rt_status write_fn(const struct scn_scenario *scenario, struct scn_sink sink);

static void check_round_trip(const struct scn_scenario *scenario, write_fn *form)
{
	struct kept first = { .text = NULL }, json = { .text = NULL }, second = { .text = NULL },
		    shown = { .text = NULL };

	assert(form(scenario, (struct scn_sink){ .write = keep, .ctx = &first }) == RT_OK);
	assert(scn_write_json(scenario, (struct scn_sink){ .write = keep, .ctx = &json }) == RT_OK);
	struct scn_scenario *again = load(first.text, first.length, &shown);
	assert(again);
	assert(scn_write_json(again, (struct scn_sink){ .write = keep, .ctx = &second }) == RT_OK);
	assert(json.length == second.length && memcmp(json.text, second.text, json.length) == 0);
	scn_free(again);
	free(first.text);
	free(json.text);
	free(second.text);
	free(shown.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kept shown = { .text = NULL };

	scn_plugin_offer("a.so", &plugin);
	struct scn_scenario *scenario = load((const char *)data, size, &shown);

	/* No terminal ever sees a control character of the file. */
	for (size_t i = 0; i < shown.length; i++)
		assert((unsigned char)shown.text[i] >= ' ' || shown.text[i] == '\n');
	free(shown.text);
	if (scenario) {
		check_round_trip(scenario, scn_write_json);
		check_round_trip(scenario, scn_write_yaml);
	}
	scn_free(scenario);
	return 0;
}
