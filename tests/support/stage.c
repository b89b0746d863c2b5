/* stage.c - a scenario, its world and its journal in memory. */
#include "stage.h"

#include <unistd.h>

#define WORDS_MAX 64

static bool collect(void *ctx, const char *text, size_t length)
{
	struct collected *collected = ctx;

	collected->text = realloc(collected->text, collected->length + length + 1);
	assert_non_null(collected->text);
	memcpy(collected->text + collected->length, text, length);
	collected->length += length;
	collected->text[collected->length] = '\0';
	return true;
}

struct scn_sink collect_into(struct collected *collected)
{
	*collected = (struct collected){ .text = calloc(1, 1) };
	assert_non_null(collected->text);
	return (struct scn_sink){ .write = collect, .ctx = collected };
}

static bool keep(void *ctx, const char *text, size_t length)
{
	struct stage *stage = ctx;

	if (stage->length + length + 1 > stage->capacity) {
		stage->capacity = (stage->length + length + 1) * 2;
		stage->journal = realloc(stage->journal, stage->capacity);
		assert_non_null(stage->journal);
	}
	memcpy(stage->journal + stage->length, text, length);
	stage->length += length;
	stage->journal[stage->length] = '\0';
	return true;
}

struct scn_scenario *stage_scenario(const char *text)
{
	struct scn_diags diags = { .count = 0 };
	enum rt_status status;
	char *whole;

	assert_true(asprintf(&whole, "version: 1\nname: test\n%s", text) > 0);
	struct scn_scenario *scenario = scn_load_text("test.yaml", whole, strlen(whole), &diags, &status);
	for (size_t i = 0; i < diags.count; i++)
		print_error("test.yaml:%u:%u: %s\n", diags.item[i].line, diags.item[i].column,
			    diags.item[i].text);
	assert_non_null(scenario);
	scn_diags_fini(&diags);
	free(whole);
	return scenario;
}

struct stage *stage_of(struct scn_scenario *scenario, const struct scn_options *options)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	struct scn_options own = { .has_seed = false };

	assert_non_null(stage);
	stage->journal = calloc(1, 1);
	if (options)
		own = *options;
	own.journal = (struct scn_sink){ .write = keep, .ctx = stage };
	stage->scenario = scenario;
	assert_int_equal(scn_world_new(stage->scenario, &own, &stage->world), RT_OK);
	return stage;
}

struct stage *stage_new(const char *text, const struct scn_options *options)
{
	return stage_of(stage_scenario(text), options);
}

struct stage *stage_up(const char *text)
{
	struct stage *stage = stage_new(text, NULL);

	assert_int_equal(scn_world_boot(stage->world), RT_OK);
	assert_int_equal(scn_world_phase(stage->world), SCN_RUNNING);
	return stage;
}

struct stage *stage_run(const char *text)
{
	struct stage *stage = stage_new(text, NULL);

	assert_int_equal(scn_world_run(stage->world, NULL), RT_OK);
	assert_int_equal(scn_world_phase(stage->world), SCN_OVER);
	return stage;
}

void stage_free(struct stage *stage)
{
	scn_world_free(stage->world);
	scn_free(stage->scenario);
	if (stage->path[0] != '\0')
		unlink(stage->path);
	free(stage->journal);
	free(stage);
}

void stage_until(struct stage *stage, rt_time until)
{
	enum rt_status status;

	do
		status = scn_world_move(stage->world, until);
	while (status == RT_OK);
	assert_int_equal(status, RT_EAGAIN);
	assert_int_equal(rt_now(scn_world_rt(stage->world)), until);
}

static size_t split(char *text, const char *words[WORDS_MAX])
{
	size_t count = 0;

	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		assert_true(count < WORDS_MAX);
		words[count++] = word;
	}
	return count;
}

unsigned stage_input(struct stage *stage, const char *typed)
{
	char *copy = strdup(typed);
	const char *words[WORDS_MAX];
	size_t count = split(copy, words);
	struct inj_action action = { .fault = NULL };
	struct rt_error error;
	unsigned targets = 0;

	assert_true(count >= 2);
	assert_int_equal(inj_action_set(&action, "action", words[0], &error), RT_OK);
	assert_int_equal(inj_action_set(&action, "target", words[1], &error), RT_OK);
	for (size_t i = 2; i < count; i++) {
		char *value = strchr(words[i], '=');
		assert_non_null(value);
		*value = '\0';
		assert_int_equal(inj_action_set(&action, words[i], value + 1, &error), RT_OK);
	}
	assert_int_equal(scn_world_input(stage->world, &action, &targets), RT_OK);
	free(copy);
	return targets;
}

struct scn_probe stage_probe(struct stage *stage, const char *typed)
{
	char *copy = strdup(typed);
	const char *words[WORDS_MAX];
	size_t count = split(copy, words);
	struct rt_error error = { .text = "" };
	struct scn_probe probe;

	enum rt_status status = scn_probe_parse(stage->world, words, count, &probe, &error);
	if (status != RT_OK)
		print_error("%s: %s\n", typed, error.text);
	assert_int_equal(status, RT_OK);
	free(copy);
	return probe;
}

void stage_expect(struct stage *stage, const char *typed)
{
	struct scn_probe probe = stage_probe(stage, typed);

	assert_int_equal(scn_world_expect(stage->world, &probe), RT_OK);
}

bool stage_holds(struct stage *stage, const char *typed, char *actual, size_t size)
{
	struct scn_probe probe = stage_probe(stage, typed);
	char expected[256], was[256];
	bool holds = scn_world_probe(stage->world, &probe, expected, was, sizeof(was));

	if (actual)
		snprintf(actual, size, "%s", was);
	return holds;
}

void stage_finish(struct stage *stage)
{
	assert_int_equal(scn_world_finish(stage->world, 0), RT_OK);
}

char *stage_write_file(const char *text, size_t length)
{
	const char *folder = getenv("TMPDIR");
	char *path;

	assert_true(asprintf(&path, "%s/treefall-test-XXXXXX", folder ? folder : P_tmpdir) > 0);
	int file = mkstemp(path);
	assert_true(file >= 0);
	assert_int_equal(write(file, text, length), (ssize_t)length);
	close(file);
	return path;
}

const char *stage_file(struct stage *stage)
{
	char *path = stage_write_file(stage->journal, stage->length);

	assert_true(strlen(path) < sizeof(stage->path));
	if (stage->path[0] != '\0')
		unlink(stage->path);
	strcpy(stage->path, path);
	free(path);
	return stage->path;
}

void assert_verdict_at(const struct stage *stage, enum scn_verdict verdict, enum scn_kind kind,
		       const char *text, const char *file, int line)
{
	struct scn_result result = scn_world_result(stage->world);

	if (result.verdict != verdict || result.kind != kind || !strstr(result.text, text)) {
		print_error("verdict is %s %s: %s\n", scn_verdict_word(result.verdict),
			    scn_kind_word(result.kind), result.text);
		print_error("expected   %s %s: %s\n", scn_verdict_word(verdict), scn_kind_word(kind), text);
		_fail(file, line);
	}
}

void assert_contains_at(const char *text, const char *part, const char *file, int line)
{
	if (strstr(text, part))
		return;
	print_error("'%s' is not in:\n%.4000s\n", part, text);
	_fail(file, line);
}

const char *stage_events(const struct stage *stage)
{
	const char *end = strchr(stage->journal, '\n');

	return end ? end + 1 : "";
}

unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
		count++;
	return count;
}
