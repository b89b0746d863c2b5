/* journal.c - events to JSON Lines.
 *
 * Every key has its place in the line: seq, t, event, id, incarnation, what belongs to the kind, cause.  A
 * table says which kind has what.  Nothing is formatted but integers, and texts come escaped from the names.
 */
#include "journal.h"

#include "arena.h"
#include "crash.h"
#include "json.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define BUFFER (64u << 10)

struct scn_journal {
	struct scn_sink sink;
	bool failed;
	XXH64_state_t hash;
	size_t used;
	char buffer[BUFFER];
};

enum rt_status scn_journal_new(struct scn_sink sink, struct scn_journal **out)
{
	struct scn_journal *journal = scn_mem_alloc(sizeof(*journal));
	if (!journal)
		return RT_ENOMEM;
	journal->sink = sink;
	journal->failed = false;
	journal->used = 0;
	XXH64_reset(&journal->hash, 0);
	*out = journal;
	return RT_OK;
}

void scn_journal_free(struct scn_journal *journal)
{
	if (!journal)
		return;
	scn_journal_flush(journal);
	scn_mem_free(journal);
}

bool scn_journal_failed(const struct scn_journal *journal)
{
	return journal->failed;
}

/* --- bytes --------------------------------------------------------------------------------------------- */

static void give(struct scn_journal *journal, const char *text, size_t length)
{
	if (length == 0)
		return;
	XXH64_update(&journal->hash, text, length);
	if (journal->sink.write && !journal->failed && !journal->sink.write(journal->sink.ctx, text, length))
		journal->failed = true;
}

void scn_journal_flush(struct scn_journal *journal)
{
	give(journal, journal->buffer, journal->used);
	journal->used = 0;
}

static void put(struct scn_journal *journal, const char *text, size_t length)
{
	if (length > BUFFER - journal->used) {
		scn_journal_flush(journal);
		if (length > BUFFER) {
			give(journal, text, length);
			return;
		}
	}
	memcpy(journal->buffer + journal->used, text, length);
	journal->used += length;
}

#define PUT(journal, literal) put(journal, literal, sizeof(literal) - 1)

static void put_number(struct scn_journal *journal, uint64_t value)
{
	char digits[SCN_DIGITS_MAX];

	put(journal, digits, scn_json_digits(value, digits));
}

static void put_name(struct scn_journal *journal, const struct scn_name *name)
{
	put(journal, name->json, name->json_length);
}

/* Text from elsewhere, escaped on the way, in quotes. */
static void put_text(struct scn_journal *journal, const char *text)
{
	size_t length = strlen(text);

	PUT(journal, "\"");
	while (length > 0) {
		/* Pieces of which even the escaped form fits; never in the middle of a character. */
		size_t piece = length < BUFFER / 8 ? length : BUFFER / 8;
		while (piece < length && piece > BUFFER / 8 - 4 &&
		       ((unsigned char)text[piece] & 0xc0) == 0x80)
			piece--;
		size_t escaped = scn_json_escaped(text, piece);
		if (escaped > BUFFER - journal->used)
			scn_journal_flush(journal);
		scn_json_escape(text, piece, journal->buffer + journal->used);
		journal->used += escaped;
		text += piece;
		length -= piece;
	}
	PUT(journal, "\"");
}

static void put_word(struct scn_journal *journal, const char *word)
{
	PUT(journal, "\"");
	put(journal, word, strlen(word));
	PUT(journal, "\"");
}

static void put_hash(struct scn_journal *journal, uint64_t hash)
{
	static const char hex[] = "0123456789abcdef";
	char text[16];

	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = hex[hash >> (60 - 4 * i) & 15];
	PUT(journal, "\"");
	put(journal, text, sizeof(text));
	PUT(journal, "\"");
}

/* --- the header ---------------------------------------------------------------------------------------- */

static bool take_scenario(void *ctx, const char *text, size_t length)
{
	/* As one line: a writer that ends it with a line end is not let through. */
	while (length > 0 && text[length - 1] == '\n')
		length--;
	put(ctx, text, length);
	return true;
}

enum rt_status scn_journal_begin(struct scn_journal *journal, const struct scn_scenario *scenario,
				 uint64_t seed, bool message_events, bool isolated)
{
	PUT(journal, "{\"treefall\":");
	put_text(journal, scn_version());
	PUT(journal, ",\"journal\":");
	put_number(journal, SCN_JOURNAL_VERSION);
	PUT(journal, ",\"seed\":");
	/* Readers of JSON have integers of 64 bits with a sign. */
	if (seed > INT64_MAX)
		PUT(journal, "\"");
	put_number(journal, seed);
	if (seed > INT64_MAX)
		PUT(journal, "\"");
	if (message_events)
		PUT(journal, ",\"message_events\":true");
	if (isolated)
		PUT(journal, ",\"isolated\":true");
	PUT(journal, ",\"scenario\":");
	enum rt_status status =
		scn_write_json(scenario, (struct scn_sink){ .write = take_scenario, .ctx = journal });
	PUT(journal, "}\n");
	return status;
}

/* --- events -------------------------------------------------------------------------------------------- */

enum field {
	TYPE = 1 << 0,
	REASON = 1 << 1,
	COUNT = 1 << 2,    /* restarts in the window and the intensity */
	CHILDREN = 1 << 3, /* of a pool, together in one report */
	CHILD = 1 << 4,    /* what `other` is */
	SUPERVISOR = 1 << 5,
	RESULT = 1 << 6,
	FLAGS = 1 << 7,
	FAULT = 1 << 8,
	INPUT = 1 << 9,
	PROBE = 1 << 10,
	END = 1 << 11,
	PLACE = 1 << 12, /* in the run: step and move */
	REPORT = 1 << 13, /* of a crash, without what is in another build another */
	REQUEST = 1 << 14, /* who asked, which attempt it was, how often it was taken up */
	PASSAGE = 1 << 15, /* what message it was, whose; how many copies */
	DEEDS = 1 << 16    /* what a worker's own process did */
};

static const uint32_t fields[SCN_EV_END] = {
	[RT_EV_START] = TYPE,
	[RT_EV_START_FAILED] = REASON,
	[RT_EV_EXIT] = REASON | REPORT,
	[RT_EV_CHILD_TERMINATED] = REASON,
	[RT_EV_START_ERROR] = REASON,
	[RT_EV_SHUTDOWN_ERROR] = REASON | CHILDREN,
	[RT_EV_GIVE_UP] = REASON | COUNT | CHILD,
	[RT_EV_RESTART] = REASON | COUNT | SUPERVISOR,
	[RT_EV_AUTO_SHUTDOWN] = REASON | SUPERVISOR,
	[RT_EV_SHUTDOWN] = REASON | SUPERVISOR,
	[RT_EV_SHUTDOWN_TIMEOUT] = REASON | SUPERVISOR,
	[RT_EV_RESULT] = RESULT,
	[RT_EV_FLAGS] = FLAGS,
	[RT_EV_REQUEST] = REASON | REQUEST,
	[RT_EV_LOST] = PASSAGE,
	[RT_EV_DELAYED] = PASSAGE,
	[RT_EV_DUPLICATED] = PASSAGE,
	[RT_EV_REFUSED] = REASON,
	[RT_EV_ISOLATED] = REASON | DEEDS,
	[INJ_EV_INPUT] = INPUT | PLACE,
	[INJ_EV_FIRED] = FAULT,
	[INJ_EV_HEALED] = FAULT,
	[SCN_EV_EXPECT] = PROBE | PLACE,
	[SCN_EV_OVER] = END | PLACE,
};

static void put_flags(struct scn_journal *journal, const struct scn_seen *seen)
{
	PUT(journal, ",\"strategy\":");
	put_word(journal, rt_strategy_text(seen->strategy));
	PUT(journal, ",\"intensity\":");
	put_number(journal, seen->intensity);
	PUT(journal, ",\"period\":");
	put_number(journal, seen->period_s);
	PUT(journal, ",\"auto_shutdown\":");
	put_word(journal, rt_auto_shutdown_text(seen->auto_shutdown));
}

static void put_fault(struct scn_journal *journal, const struct inj_event_ext *ext)
{
	PUT(journal, ",\"action\":");
	put_word(journal, ext->action->fault->name);
	PUT(journal, ",\"fault\":");
	if (ext->action->id)
		put_text(journal, ext->action->id);
	else
		put_number(journal, (uint64_t)ext->index + 1);
	if (ext->action->target) {
		PUT(journal, ",\"target\":");
		put_text(journal, ext->action->target);
	}
}

static bool is_plain_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 19 && text[digits] == '\0' && (text[0] != '0' || digits == 1);
}

static void put_key(void *ctx, const char *key, enum inj_type type, const char *text)
{
	struct scn_journal *journal = ctx;
	bool bare = (type == INJ_COUNT && is_plain_number(text)) ||
		    (type == INJ_BOOL && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0));

	if (journal->buffer[journal->used - 1] != '{')
		PUT(journal, ",");
	put_word(journal, key);
	PUT(journal, ":");
	if (bare)
		put(journal, text, strlen(text));
	else
		put_text(journal, text);
}

static void put_input(struct scn_journal *journal, const struct inj_action *action)
{
	/* put_key looks at the byte before, so that byte must not be flushed away. */
	if (BUFFER - journal->used < 64)
		scn_journal_flush(journal);
	PUT(journal, ",\"input\":{");
	inj_action_each(action, put_key, journal);
	PUT(journal, "}");
}

static void put_expectation(struct scn_journal *journal, const char *text)
{
	PUT(journal, ",\"input\":{\"expect\":");
	put_text(journal, text);
	PUT(journal, "}");
}

static void put_member(struct scn_journal *journal, const char *name, uint64_t number)
{
	PUT(journal, ",");
	put_word(journal, name);
	PUT(journal, ":");
	put_number(journal, number);
}

static void put_named(struct scn_journal *journal, const char *member, const struct scn_name *name)
{
	PUT(journal, ",");
	put_word(journal, member);
	PUT(journal, ":\"");
	put_name(journal, name);
	PUT(journal, "\"");
}

static void put_request(struct scn_journal *journal, const struct scn_seen *seen)
{
	if (seen->event->other != 0)
		put_named(journal, "client", seen->other);
	put_member(journal, "attempt", seen->event->a);
	put_member(journal, "deliveries", seen->event->b);
}

static void put_passage(struct scn_journal *journal, const struct scn_seen *seen)
{
	char word[SCN_TAG_BUF];

	PUT(journal, ",\"message\":");
	put_word(journal, scn_tag_word(seen->event->a, word));
	if (seen->event->other != 0)
		put_named(journal, "from", seen->other);
	if (seen->event->b > 0)
		put_member(journal, "copies", seen->event->b);
}

static void put_report(struct scn_journal *journal, const struct scn_seen *seen)
{
	const struct rt_report *report = seen->ext;
	char word[SCN_TAG_BUF];

	if (!report || seen->event->type != RT_WORKER || rt_reason_text_benign(seen->reason->text))
		return;
	put_member(journal, "uptime", (uint64_t)report->uptime);
	put_member(journal, "handled", report->handled);
	put_member(journal, "mailbox", report->mailbox);
	put_member(journal, "memory", report->memory);
	if (!report->handling)
		return;
	PUT(journal, ",\"message\":");
	put_word(journal, scn_tag_word(report->msg_tag, word));
	if (report->request != 0) {
		put_member(journal, "request", report->request);
		put_member(journal, "question", report->question);
	}
	if (seen->from->length > 0)
		put_named(journal, "from", seen->from);
}

static void put_kind(struct scn_journal *journal, const struct scn_seen *seen, unsigned has)
{
	const struct rt_event *event = seen->event;

	if (has & TYPE) {
		if (event->type == RT_SUPERVISOR) {
			PUT(journal, ",\"kind\":\"sup\",\"strategy\":");
			put_word(journal, rt_strategy_text(event->detail));
		} else {
			PUT(journal, ",\"kind\":\"worker\"");
		}
	}
	if (has & REASON && event->reason != RT_A_NONE) {
		PUT(journal, ",\"reason\":\"");
		put_name(journal, seen->reason);
		PUT(journal, "\"");
	}
	if (has & REPORT)
		put_report(journal, seen);
	if (has & REQUEST)
		put_request(journal, seen);
	if (has & PASSAGE)
		put_passage(journal, seen);
	if (has & DEEDS) {
		PUT(journal, ",\"did\":");
		put_text(journal, seen->ext);
	}
	if (has & COUNT || (has & CHILDREN && event->a > 0)) {
		PUT(journal, ",\"count\":");
		put_number(journal, event->a);
	}
	if (has & COUNT) {
		PUT(journal, ",\"intensity\":");
		put_number(journal, event->b);
	}
	if (has & (CHILD | SUPERVISOR) && event->other != 0) {
		if (has & CHILD)
			PUT(journal, ",\"child\":\"");
		else
			PUT(journal, ",\"supervisor\":\"");
		put_name(journal, seen->other);
		PUT(journal, "\"");
	}
	if (has & RESULT) {
		PUT(journal, ",\"op\":");
		put_word(journal, rt_op_word(event->detail));
		PUT(journal, ",\"result\":");
		if (seen->text_is_json)
			put(journal, seen->text, strlen(seen->text));
		else
			put_text(journal, seen->text);
	}
	if (has & FLAGS && seen->has_flags)
		put_flags(journal, seen);
	if (has & FAULT)
		put_fault(journal, seen->ext);
	if (has & INPUT)
		put_input(journal, seen->ext);
	if (has & PROBE)
		put_expectation(journal, seen->ext);
	if (has & END && event->a != 0) {
		PUT(journal, ",\"signal\":");
		put_number(journal, event->a);
	}
	if (has & PLACE) {
		PUT(journal, ",\"step\":");
		put_number(journal, seen->step);
		PUT(journal, ",\"move\":");
		put_number(journal, seen->move);
	}
}

void scn_journal_event(struct scn_journal *journal, const struct scn_seen *seen)
{
	const struct rt_event *event = seen->event;
	unsigned has = event->kind < SCN_EV_END ? fields[event->kind] : 0;

	PUT(journal, "{\"seq\":");
	put_number(journal, event->seq);
	PUT(journal, ",\"t\":");
	put_number(journal, (uint64_t)event->t);
	PUT(journal, ",\"event\":");
	put_word(journal, scn_event_word(event->kind));
	if (event->place != 0) {
		PUT(journal, ",\"id\":\"");
		put_name(journal, seen->path);
		if (has & CHILDREN && event->a > 0)
			PUT(journal, "/*");
		PUT(journal, "\"");
	}
	if (event->incarnation > 0) {
		PUT(journal, ",\"incarnation\":");
		put_number(journal, event->incarnation);
	}
	if (has)
		put_kind(journal, seen, has);
	PUT(journal, ",\"cause\":");
	put_number(journal, event->cause);
	PUT(journal, "}\n");
}

/* --- the end ------------------------------------------------------------------------------------------- */

void scn_journal_end(struct scn_journal *journal, struct scn_result *result)
{
	scn_journal_flush(journal);
	result->journal_hash = XXH64_digest(&journal->hash);
	PUT(journal, "{\"end\":true,\"verdict\":");
	put_word(journal, scn_verdict_word(result->verdict));
	if (result->kind != SCN_KIND_NONE) {
		PUT(journal, ",\"kind\":");
		put_word(journal, scn_kind_word(result->kind));
	}
	PUT(journal, ",\"t\":");
	put_number(journal, (uint64_t)result->t);
	PUT(journal, ",\"step\":");
	put_number(journal, result->steps);
	PUT(journal, ",\"events\":");
	put_number(journal, result->events);
	PUT(journal, ",\"state\":");
	put_hash(journal, result->state_hash);
	PUT(journal, ",\"hash\":");
	put_hash(journal, result->journal_hash);
	PUT(journal, "}\n");
	scn_journal_flush(journal);
	result->journal_failed = journal->failed;
}
