/* replay.c - run a journal again and compare.
 *
 * The header has the scenario and the seed, so the run goes its way by itself.  What came from outside is in
 * the journal, too: inputs, and the event `over` with which the end begins.  Each says at which move and at
 * what time it came, so the replay only has to look one line ahead.  What the new run writes is compared with
 * the file as it is written.
 */
#include "arena.h"
#include "echo.h"
#include "journals.h"
#include "world.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER      "{\"treefall\":" /* begins the header of a run */
#define STOOD_STILL "(nothing: the run does not come by here)"

struct late {
	struct scn_world *world;
	struct journal *journal;
};

/* The next line of the file, and how much of it the new run has written already. */
struct journal {
	struct scn_reader *reader;
	char *line;
	size_t length, capacity;
	uint64_t offset; /* of what is behind the line */
	size_t compared;
	uint64_t number;
	bool end;                    /* there is no next line, or it cannot be compared with */
	bool cut;                    /* the next line has no end */
	bool in_run;                 /* between a header and its end */
	bool differs, differs_whole; /* and the line that it does differ in is complete */
	bool no_memory;
	struct scn_text actual;
};

struct replay {
	struct journal journal;
	struct scn_replay *out;
	scn_look_fn *look; /* null: nobody looks */
	void *ctx;
	const char *path;
	bool message_events;
	bool isolated; /* workers ran in processes of their own */
	uint64_t seed;
	const char *not_promised; /* of the latest run: why it may differ; null: it may not */
};

/* --- the file ------------------------------------------------------------------------------------------ */

static void read_line(struct journal *journal)
{
	errno = 0;
	ssize_t length = getline(&journal->line, &journal->capacity, scn_reader_file(journal->reader));
	journal->compared = 0;
	journal->length = 0;
	if (length <= 0) {
		journal->no_memory |= errno == ENOMEM;
		journal->end = true;
		return;
	}
	journal->number++;
	journal->length = (size_t)length;
	journal->offset += journal->length;
	journal->cut = journal->line[length - 1] != '\n';
	journal->end = journal->cut;
}

static bool starts_with(const struct journal *journal, const char *text)
{
	size_t length = strlen(text);
	return journal->length >= length && memcmp(journal->line, text, length) == 0;
}

static bool is_header(const struct journal *journal)
{
	return starts_with(journal, HEADER);
}

/* The whole line was written again. */
static void agreed(struct journal *journal)
{
	if (is_header(journal))
		journal->in_run = true;
	else if (starts_with(journal, "{\"end\":"))
		journal->in_run = false;
	read_line(journal);
	/* A run that broke off may have another one behind it. */
	if (journal->in_run && !journal->end && is_header(journal))
		journal->end = true;
}

/* What of `text` belongs to the line that has begun. */
static size_t piece_of(const char *text, size_t length)
{
	const char *end = memchr(text, '\n', length);
	return end ? (size_t)(end - text) + 1 : length;
}

static bool compare(void *ctx, const char *text, size_t length)
{
	struct journal *journal = ctx;

	while (length > 0 && !journal->differs_whole && (!journal->end || journal->differs)) {
		size_t piece = piece_of(text, length), left = journal->length - journal->compared;
		if (!journal->differs) {
			size_t both = piece < left ? piece : left;
			if (memcmp(journal->line + journal->compared, text, both) != 0) {
				journal->differs = true;
				scn_text_put(&journal->actual, journal->line, journal->compared);
				continue;
			}
			journal->compared += both;
			if (journal->compared == journal->length)
				agreed(journal);
		} else {
			scn_text_put(&journal->actual, text, piece);
			journal->differs_whole = text[piece - 1] == '\n';
		}
		text += piece;
		length -= piece;
	}
	return true;
}

/* --- a run --------------------------------------------------------------------------------------------- */

static bool read_seed(const json_t *seed, uint64_t *out)
{
	if (json_is_integer(seed) && json_integer_value(seed) >= 0) {
		*out = (uint64_t)json_integer_value(seed);
		return true;
	}
	const char *text = json_string_value(seed);
	char *end;
	if (!text || text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static enum rt_status not_a_journal(struct replay *replay, const char *why)
{
	snprintf(replay->out->text, sizeof(replay->out->text),
		 "line %" PRIu64 " is not the header of a run: %s", replay->journal.number, why);
	return RT_EINVAL;
}

/* The scenario stays as it is written, for its own loader; the rest of the header is read here. */
static enum rt_status read_header(struct replay *replay, struct scn_scenario **scenario)
{
	static const char key[] = ",\"scenario\":";
	struct journal *journal = &replay->journal;
	size_t length = journal->length - (journal->length > 0 && journal->line[journal->length - 1] == '\n');
	char *at = memmem(journal->line, length, key, sizeof(key) - 1);

	if (!at || journal->line[length - 1] != '}')
		return not_a_journal(replay, "it has no scenario");
	json_error_t error;
	*at = '}';
	json_t *head =
		json_loadb(journal->line, (size_t)(at - journal->line) + 1, JSON_REJECT_DUPLICATES, &error);
	*at = key[0];
	if (!head)
		return json_error_code(&error) == json_error_out_of_memory
			       ? RT_ENOMEM
			       : not_a_journal(replay, error.text);
	const json_t *version = json_object_get(head, "journal");
	bool good = json_is_string(json_object_get(head, "treefall")) && json_is_integer(version);
	bool known = good && json_integer_value(version) == SCN_JOURNAL_VERSION;
	good = good && read_seed(json_object_get(head, "seed"), &replay->seed);
	replay->message_events = json_is_true(json_object_get(head, "message_events"));
	replay->isolated = json_is_true(json_object_get(head, "isolated"));
	json_decref(head);
	if (!good || !known)
		return not_a_journal(replay, good ? "another version of the format"
						  : "treefall, journal or seed is missing");
	struct scn_diags diags = { .count = 0 };
	enum rt_status status = RT_OK;
	at += sizeof(key) - 1;
	*scenario = scn_load_text("journal", at, (size_t)(journal->line + length - 1 - at), &diags, &status);
	if (!*scenario && status == RT_EINVAL)
		not_a_journal(replay, diags.count > 0 ? diags.item[0].text : "its scenario is not valid");
	scn_diags_fini(&diags);
	return *scenario ? RT_OK : status;
}

/* Is the next line something from outside?  Others are not worth parsing. */
static bool is_from_outside(const struct journal *journal)
{
	static const char word[] = "\"event\":\"";
	const char *event;

	if (journal->end || journal->compared > 0)
		return false;
	event = memmem(journal->line, journal->length < 100 ? journal->length : 100, word, sizeof(word) - 1);
	return event && (strncmp(event + sizeof(word) - 1, "input\"", 6) == 0 ||
			 strncmp(event + sizeof(word) - 1, "over\"", 5) == 0);
}

static enum rt_status set_key(struct inj_action *action, const char *key, const json_t *value, char *number,
			      size_t size)
{
	struct rt_error error;

	if (json_is_string(value))
		return inj_action_set(action, key, json_string_value(value), &error);
	if (json_is_boolean(value))
		return inj_action_set(action, key, json_is_true(value) ? "true" : "false", &error);
	if (!json_is_integer(value))
		return RT_EINVAL;
	snprintf(number, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return inj_action_set(action, key, number, &error);
}

static enum rt_status do_action(struct scn_world *world, json_t *input)
{
	struct inj_action action = { .fault = NULL };
	char number[64][24]; /* the action keeps the texts */
	size_t used = 0;
	const char *key;
	json_t *value;

	json_object_foreach(input, key, value)
	{
		enum rt_status status =
			used == 64 ? RT_EINVAL
				   : set_key(&action, key, value, number[used], sizeof(number[used]));
		if (status != RT_OK)
			return status;
		used++;
	}
	if (!action.fault || !action.target)
		return RT_EINVAL;
	return scn_world_input(world, &action, NULL);
}

/* Move on to the place that the line names.  RT_EAGAIN: the run does not come by there. */
static enum rt_status go_to(struct scn_world *world, struct journal *journal, uint64_t move, rt_time t)
{
	enum rt_status status = RT_OK;

	while (world->moves < move && status == RT_OK && !journal->differs) {
		status = scn_world_move(world, t);
		scn_journal_flush(world->journal);
	}
	if (status == RT_ESTATE && world->moves == move)
		status = RT_OK;
	if (status == RT_OK && !journal->differs && rt_now(world->rt) < t && !world->halted) {
		status = scn_world_move(world, t); /* waiting */
		scn_journal_flush(world->journal);
		status = status == RT_EAGAIN && world->moves == move ? RT_OK
			 : status == RT_OK                           ? RT_EAGAIN
								     : status;
	}
	return status;
}

static enum rt_status do_from_outside(struct replay *replay, struct scn_world *world)
{
	struct journal *journal = &replay->journal;
	json_error_t error;
	json_t *line = json_loadb(journal->line, journal->length, 0, &error);
	if (!line)
		return json_error_code(&error) == json_error_out_of_memory ? RT_ENOMEM : RT_EAGAIN;
	const char *event = json_string_value(json_object_get(line, "event"));
	json_t *move = json_object_get(line, "move"), *t = json_object_get(line, "t");
	json_t *input = json_object_get(line, "input");
	enum rt_status status = RT_EAGAIN;
	if (event && json_is_integer(move) && json_is_integer(t) &&
	    json_integer_value(t) >= rt_now(world->rt))
		status = go_to(world, journal, (uint64_t)json_integer_value(move), json_integer_value(t));
	if (status == RT_OK && !journal->differs) {
		const char *expect = json_string_value(json_object_get(input, "expect"));
		if (strcmp(event, "over") == 0)
			status = scn_world_finish(world,
						  (int)json_integer_value(json_object_get(line, "signal")));
		else if (expect)
			status = scn_world_expect_text(world, expect);
		else
			status = do_action(world, input);
		if (status != RT_OK && status != RT_ENOMEM)
			status = RT_EAGAIN;
	}
	json_decref(line);
	return status;
}

/* Does the journal say here that a signal came while the expectations were judged? */
static int stopped_late(void *ctx)
{
	struct late *late = ctx;
	struct journal *journal = late->journal;

	scn_journal_flush(late->world->journal);
	if (journal->differs || !is_from_outside(journal))
		return 0;
	json_t *line = json_loadb(journal->line, journal->length, 0, NULL);
	int signal = (int)json_integer_value(json_object_get(line, "signal"));
	json_decref(line);
	return signal;
}

/* RT_EAGAIN: the run stands still where the journal goes on. */
static enum rt_status run_along(struct replay *replay, struct scn_world *world)
{
	struct journal *journal = &replay->journal;
	struct late late = { world, journal };
	enum rt_status status = RT_OK;

	world->stopped_late = stopped_late;
	world->stopped_ctx = &late;
	scn_journal_flush(world->journal);
	while (status == RT_OK && !journal->differs && !journal->end && scn_world_phase(world) != SCN_OVER) {
		if (is_from_outside(journal))
			status = do_from_outside(replay, world);
		else
			status = scn_world_move(world, RT_FOREVER);
		scn_journal_flush(world->journal);
	}
	world->stopped_late = NULL;
	return status == RT_ESTATE ? RT_EAGAIN : status;
}

static enum rt_status run_again(struct replay *replay)
{
	struct scn_scenario *scenario = NULL;
	struct scn_world *world = NULL;
	struct scn_options options = { .has_seed = true,
				       .protect = replay->out->protect,
				       .judged = replay->out->judged,
				       .judged_ctx = replay->out->look_ctx,
				       .journal = { .write = compare, .ctx = &replay->journal } };
	struct scn_echo echo = { .reader = NULL };
	enum rt_status status = read_header(replay, &scenario);

	if (status == RT_OK && replay->isolated)
		status = scn_echo_open(&echo, replay->path, replay->journal.offset);
	if (status != RT_OK)
		goto out;
	options.isolator = replay->isolated ? &echo.isolator : NULL;
	replay->not_promised = scn_promise(scenario);
	options.seed = replay->seed;
	options.message_events = replay->message_events;
	if (!replay->look)
		options.history_max = 1024; /* nobody asks why */
	status = scn_world_new(scenario, &options, &world);
	if (status != RT_OK)
		goto out;
	if (replay->out->begun)
		replay->out->begun(replay->out->look_ctx, world);
	status = run_along(replay, world);
	struct scn_result result = scn_world_result(world);
	replay->out->verdict = result.verdict;
	replay->out->events += result.events;
	if (status == RT_EAGAIN && !replay->journal.differs) {
		replay->journal.differs = true;
		scn_text_add(&replay->journal.actual, STOOD_STILL);
		status = RT_OK;
	}
	if (status == RT_OK && !replay->journal.differs && replay->look)
		replay->look(replay->ctx, world);
out:
	scn_world_free(world);
	scn_echo_close(&echo);
	scn_free(scenario);
	return status;
}

/* --- the whole file ------------------------------------------------------------------------------------ */

static enum rt_status tell_difference(struct replay *replay)
{
	struct journal *journal = &replay->journal;
	struct scn_replay *out = replay->out;
	size_t length = journal->length;

	out->line = journal->number;
	while (length > 0 && journal->line[length - 1] == '\n')
		length--;
	out->expected = scn_mem_alloc(length + 1);
	if (!out->expected || journal->actual.failed)
		return RT_ENOMEM;
	memcpy(out->expected, journal->line, length);
	out->expected[length] = '\0';
	while (journal->actual.length > 0 && journal->actual.data[journal->actual.length - 1] == '\n')
		journal->actual.data[--journal->actual.length] = '\0';
	out->actual = journal->actual.data;
	journal->actual = (struct scn_text){ .data = NULL };
	snprintf(out->text, sizeof(out->text), "line %" PRIu64 " differs%s%s", out->line,
		 replay->not_promised ? ", as it may: " : "",
		 replay->not_promised ? replay->not_promised : "");
	if (strncmp(out->expected, HEADER, strlen(HEADER)) == 0)
		snprintf(out->text, sizeof(out->text),
			 "line %" PRIu64 " differs: another version of treefall wrote it, or it was changed",
			 out->line);
	return RT_OK;
}

static enum rt_status tell_torn(struct replay *replay)
{
	const struct journal *journal = &replay->journal;
	snprintf(replay->out->text, sizeof(replay->out->text),
		 "the journal is torn: a run breaks off %s line %" PRIu64 "; all before that agrees",
		 journal->cut         ? "in"
		 : is_header(journal) ? "before"
				      : "after",
		 journal->number);
	return RT_EINVAL;
}

/* A run that breaks off in the middle of a line has the header of the next one behind it, in the same line:
 * here.  No text of a journal can look like a header: its quotes would be escaped. */
static size_t find_next_run(const struct journal *journal)
{
	const char *header = journal->length > 1 ? memmem(journal->line + 1, journal->length - 1, HEADER,
							  strlen(HEADER))
						 : NULL;
	return header ? (size_t)(header - journal->line) : 0;
}

static bool breaks_off(const struct journal *journal)
{
	const struct scn_text *actual = &journal->actual;
	size_t length = find_next_run(journal);

	return length > 0 &&
	       ((actual->length > length && memcmp(journal->line, actual->data, length) == 0) ||
		strncmp(actual->data, STOOD_STILL, strlen(STOOD_STILL)) == 0);
}

static enum rt_status replay_all(struct replay *replay)
{
	struct journal *journal = &replay->journal;
	enum rt_status status = RT_OK;

	read_line(journal);
	if (journal->cut)
		return tell_torn(replay);
	if (journal->end && !journal->no_memory) {
		snprintf(replay->out->text, sizeof(replay->out->text), "there is nothing in it");
		return RT_EINVAL;
	}
	while (!journal->end && status == RT_OK) {
		journal->cut = is_header(journal) && find_next_run(journal) > 0;
		if (journal->cut)
			return tell_torn(replay);
		replay->out->runs++;
		status = run_again(replay);
		if (journal->no_memory)
			status = RT_ENOMEM;
		if (status != RT_OK)
			return status;
		journal->cut |= journal->differs && !journal->actual.failed && breaks_off(journal);
		if (journal->differs && journal->cut)
			return tell_torn(replay);
		if (journal->differs)
			return tell_difference(replay);
		if (journal->in_run || journal->cut)
			return tell_torn(replay);
	}
	replay->out->agrees = status == RT_OK;
	return journal->no_memory ? RT_ENOMEM : status;
}

enum rt_status scn_replay_look(const char *path, scn_look_fn *look, void *ctx, struct scn_replay *out)
{
	struct replay replay = { .out = out, .look = look, .ctx = ctx, .path = path };

	*out = (struct scn_replay){ .protect = out->protect,
				    .begun = out->begun,
				    .judged = out->judged,
				    .look_ctx = out->look_ctx };
	struct rt_error error = { .code = RT_OK };
	enum rt_status status = scn_reader_open(path, &replay.journal.reader, &error);
	if (status != RT_OK) {
		snprintf(out->text, sizeof(out->text), "%s", error.text);
		return status;
	}
	status = replay_all(&replay);
	/* What cannot be read says more than that there is no more. */
	const char *trouble = scn_reader_trouble(replay.journal.reader);
	if (trouble && !replay.journal.differs) {
		snprintf(out->text, sizeof(out->text), "%s", trouble);
		status = status == RT_ENOMEM ? status : RT_EINVAL;
		out->agrees = false;
	}
	if (status != RT_OK && out->text[0] == '\0')
		snprintf(out->text, sizeof(out->text), "%s", rt_status_text(status));
	scn_reader_close(replay.journal.reader);
	free(replay.journal.line);
	scn_text_fini(&replay.journal.actual);
	return status;
}

enum rt_status scn_replay(const char *path, struct scn_replay *out)
{
	return scn_replay_look(path, NULL, NULL, out);
}

void scn_replay_fini(struct scn_replay *replay)
{
	scn_mem_free(replay->expected);
	scn_mem_free(replay->actual);
	replay->expected = replay->actual = NULL;
}
