/* journal.c - events to JSON Lines.
 *
 * Every key has its place in the line: seq, t, event, id, incarnation, what belongs to the kind, cause.  A
 * table says which kind has what.  Nothing is formatted but integers, and texts come escaped from the names.
 *
 * This is done for every event of every run, so lines are put together in registers: a function that adds to
 * a line is given where to write and returns where it ended.  There is always room for LINE bytes there;
 * whoever adds a text, which may be of any length, sees to it that this stays so.
 */
#include "journal.h"

#include "arena.h"
#include "crash.h"
#include "digest.h"
#include "json.h"
#include "said.h"

#include <string.h>

/* What is handed on at once; where it is only hashed, less, for it had better stay in the cache. */
#define BUFFER        (64u << 10)
#define BUFFER_HASHED (8u << 10)
/* Keys, numbers and words between two texts; words are copied in whole pieces. */
#define LINE  768u
#define PIECE 16u

/* A number and its digits; the next line's is often the same, or one more. */
struct counted {
	uint64_t value;
	uint32_t length;
	char digits[SCN_DIGITS_MAX + 4];
};

struct scn_journal {
	struct scn_sink sink;
	bool failed;
	struct scn_digest hash;
	struct counted seq, t, cause;
	size_t size, used;
	char buffer[];
};

enum rt_status scn_journal_new(struct scn_sink sink, struct scn_journal **out)
{
	size_t size = sink.write ? BUFFER : BUFFER_HASHED;
	struct scn_journal *journal = scn_mem_alloc(sizeof(*journal) + size);
	if (!journal)
		return RT_ENOMEM;
	journal->size = size;
	journal->sink = sink;
	journal->failed = false;
	journal->used = 0;
	journal->seq = journal->t = journal->cause = (struct counted){ .length = 1, .digits = "0" };
	scn_digest_init(&journal->hash);
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
	return journal && journal->failed;
}

/* --- bytes --------------------------------------------------------------------------------------------- */

static void give(struct scn_journal *journal, const char *text, size_t length)
{
	if (length == 0)
		return;
	scn_digest_add(&journal->hash, text, length);
	if (journal->sink.write && !journal->failed && !journal->sink.write(journal->sink.ctx, text, length))
		journal->failed = true;
}

static void hand_on(struct scn_journal *journal)
{
	give(journal, journal->buffer, journal->used);
	journal->used = 0;
}

static void flush_sink(struct scn_journal *journal, bool last_words)
{
	if (journal->sink.flush && !journal->failed && !journal->sink.flush(journal->sink.ctx, last_words))
		journal->failed = true;
}

void scn_journal_flush(struct scn_journal *journal)
{
	if (!journal)
		return;
	hand_on(journal);
	flush_sink(journal, false);
}

void scn_journal_last_words(struct scn_journal *journal)
{
	if (!journal)
		return;
	/* First of all, it has to know. */
	flush_sink(journal, true);
	hand_on(journal);
	flush_sink(journal, true);
}

static void put(struct scn_journal *journal, const char *text, size_t length)
{
	if (length > journal->size - journal->used) {
		hand_on(journal);
		if (length > journal->size) {
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

/* Text from elsewhere, escaped on the way, in quotes. */
static void put_text(struct scn_journal *journal, const char *text)
{
	size_t length = strlen(text);

	PUT(journal, "\"");
	if (scn_json_plain(text, length) == length) {
		put(journal, text, length);
		length = 0;
	}
	while (length > 0) {
		/* Pieces of which even the escaped form fits; never in the middle of a character. */
		size_t piece = length < journal->size / 8 ? length : journal->size / 8;
		while (piece < length && piece > journal->size / 8 - 4 &&
		       ((unsigned char)text[piece] & 0xc0) == 0x80)
			piece--;
		size_t escaped = scn_json_escaped(text, piece);
		if (escaped > journal->size - journal->used)
			hand_on(journal);
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
		scn_said_give(scenario, (struct scn_sink){ .write = take_scenario, .ctx = journal });
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

/* What a line goes on with, up to its event. */
static const struct opening {
	uint8_t length;
	char text[47];
} openings[SCN_EV_END] = {
#define TEXT(word)          ",\"event\":\"" word "\""
#define X(name, word, help) [name] = { sizeof(TEXT(word)) - 1, TEXT(word) },
	RT_EVENT_LIST(X) INJ_EVENT_LIST(X) SCN_EVENT_LIST(X)
#undef X
#undef TEXT
};

/* Where to go on, with room for LINE bytes. */
static char *resume(struct scn_journal *journal)
{
	if (journal->used > journal->size - LINE)
		hand_on(journal);
	return journal->buffer + journal->used;
}

static inline char *copy(char *at, const char *text, size_t length)
{
	memcpy(at, text, length);
	return at + length;
}
#define COPY(at, literal) copy(at, literal, sizeof(literal) - 1)

static inline char *add_number(char *at, uint64_t value)
{
	return at + scn_json_digits(value, at);
}
#define MEMBER(at, name, value) add_number(COPY(at, ",\"" name "\":"), value)

static inline char *add_counted(char *at, struct counted *counted, uint64_t value)
{
	char *last = counted->digits + counted->length - 1;

	if (value != counted->value) {
		if (value == counted->value + 1 && *last != '9')
			++*last;
		else
			counted->length = (uint32_t)scn_json_digits(value, counted->digits);
		counted->value = value;
	}
	memcpy(at, counted->digits, sizeof(counted->digits));
	return at + counted->length;
}

static inline char *add_word(char *at, const char *word)
{
	at = COPY(at, "\"");
	at = copy(at, word, strlen(word));
	return COPY(at, "\"");
}

static char *add_long(struct scn_journal *journal, char *at, const char *text, size_t length)
{
	journal->used = (size_t)(at - journal->buffer);
	put(journal, text, length);
	return resume(journal);
}

static inline char *add_name(struct scn_journal *journal, char *at, const struct scn_name *name)
{
	ptrdiff_t room = journal->buffer + journal->size - LINE - at;

	if ((ptrdiff_t)name->json_length + (ptrdiff_t)PIECE > room)
		return add_long(journal, at, name->json, name->json_length);
	for (size_t i = 0; i < name->json_length; i += PIECE)
		memcpy(at + i, name->json + i, PIECE);
	return at + name->json_length;
}

static inline char *add_named(struct scn_journal *journal, char *at, const struct scn_name *name)
{
	at = add_name(journal, COPY(at, "\""), name);
	return COPY(at, "\"");
}
#define NAMED(journal, at, member, name) add_named(journal, COPY(at, ",\"" member "\":"), name)

static char *add_text(struct scn_journal *journal, char *at, const char *text)
{
	journal->used = (size_t)(at - journal->buffer);
	put_text(journal, text);
	return resume(journal);
}

static char *add_flags(char *at, const struct scn_seen *seen)
{
	at = add_word(COPY(at, ",\"strategy\":"), rt_strategy_text(seen->strategy));
	at = MEMBER(at, "intensity", seen->intensity);
	at = MEMBER(at, "period", seen->period_s);
	return add_word(COPY(at, ",\"auto_shutdown\":"), rt_auto_shutdown_text(seen->auto_shutdown));
}

static char *add_fault(struct scn_journal *journal, char *at, const struct inj_event_ext *ext)
{
	at = add_word(COPY(at, ",\"action\":"), ext->action->fault->name);
	if (ext->action->id)
		at = add_text(journal, COPY(at, ",\"fault\":"), ext->action->id);
	else
		at = MEMBER(at, "fault", (uint64_t)ext->index + 1);
	if (ext->action->target)
		at = add_text(journal, COPY(at, ",\"target\":"), ext->action->target);
	return at;
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

	/* What was put last stands there, however full the buffer was. */
	if (journal->buffer[journal->used - 1] != '{')
		PUT(journal, ",");
	put_word(journal, key);
	PUT(journal, ":");
	if (bare)
		put(journal, text, strlen(text));
	else
		put_text(journal, text);
}

static char *add_input(struct scn_journal *journal, char *at, const struct inj_action *action)
{
	at = COPY(at, ",\"input\":{");
	journal->used = (size_t)(at - journal->buffer);
	inj_action_each(action, put_key, journal);
	return COPY(resume(journal), "}");
}

static char *add_request(struct scn_journal *journal, char *at, const struct scn_seen *seen)
{
	if (seen->event->other != 0)
		at = NAMED(journal, at, "client", seen->other);
	at = MEMBER(at, "attempt", seen->event->a);
	return MEMBER(at, "deliveries", seen->event->b);
}

static char *add_message(char *at, uint32_t tag)
{
	char word[SCN_TAG_BUF];

	return add_word(COPY(at, ",\"message\":"), scn_tag_word(tag, word));
}

static char *add_passage(struct scn_journal *journal, char *at, const struct scn_seen *seen)
{
	at = add_message(at, seen->event->a);
	if (seen->event->other != 0)
		at = NAMED(journal, at, "from", seen->other);
	if (seen->event->b > 0)
		at = MEMBER(at, "copies", seen->event->b);
	return at;
}

static char *add_report(struct scn_journal *journal, char *at, const struct scn_seen *seen)
{
	const struct rt_report *report = seen->ext;

	if (!report || seen->event->type != RT_WORKER || rt_reason_text_benign(seen->reason->text))
		return at;
	at = MEMBER(at, "uptime", (uint64_t)report->uptime);
	at = MEMBER(at, "handled", report->handled);
	at = MEMBER(at, "mailbox", report->mailbox);
	at = MEMBER(at, "memory", report->memory);
	if (!report->handling)
		return at;
	at = add_message(at, report->msg_tag);
	if (report->request != 0) {
		at = MEMBER(at, "request", report->request);
		at = MEMBER(at, "question", report->question);
	}
	if (seen->from->length > 0)
		at = NAMED(journal, at, "from", seen->from);
	return at;
}

static char *add_result(struct scn_journal *journal, char *at, const struct scn_seen *seen)
{
	at = add_word(COPY(at, ",\"op\":"), rt_op_word(seen->event->detail));
	at = COPY(at, ",\"result\":");
	return seen->text_is_json ? add_long(journal, at, seen->text, strlen(seen->text))
				  : add_text(journal, at, seen->text);
}

static char *add_kind(struct scn_journal *journal, char *at, const struct scn_seen *seen, unsigned has)
{
	const struct rt_event *event = seen->event;

	if (has & TYPE) {
		if (event->type == RT_SUPERVISOR)
			at = add_word(COPY(at, ",\"kind\":\"sup\",\"strategy\":"),
				      rt_strategy_text(event->detail));
		else
			at = COPY(at, ",\"kind\":\"worker\"");
	}
	if (has & REASON && event->reason != RT_A_NONE)
		at = NAMED(journal, at, "reason", seen->reason);
	if (has & REPORT)
		at = add_report(journal, at, seen);
	if (has & REQUEST)
		at = add_request(journal, at, seen);
	if (has & PASSAGE)
		at = add_passage(journal, at, seen);
	if (has & DEEDS)
		at = add_text(journal, COPY(at, ",\"did\":"), seen->ext);
	if (has & COUNT || (has & CHILDREN && event->a > 0))
		at = MEMBER(at, "count", event->a);
	if (has & COUNT)
		at = MEMBER(at, "intensity", event->b);
	if (has & (CHILD | SUPERVISOR) && event->other != 0)
		at = has & CHILD ? NAMED(journal, at, "child", seen->other)
				 : NAMED(journal, at, "supervisor", seen->other);
	if (has & RESULT)
		at = add_result(journal, at, seen);
	if (has & FLAGS && seen->has_flags)
		at = add_flags(at, seen);
	if (has & FAULT)
		at = add_fault(journal, at, seen->ext);
	if (has & INPUT)
		at = add_input(journal, at, seen->ext);
	if (has & PROBE) {
		at = add_text(journal, COPY(at, ",\"input\":{\"expect\":"), seen->ext);
		at = COPY(at, "}");
	}
	if (has & END && event->a != 0)
		at = MEMBER(at, "signal", event->a);
	if (has & PLACE) {
		at = MEMBER(at, "step", seen->step);
		at = MEMBER(at, "move", seen->move);
	}
	return at;
}

void scn_journal_event(struct scn_journal *journal, const struct scn_seen *seen)
{
	const struct rt_event *event = seen->event;
	const struct opening *opening = &openings[event->kind];
	unsigned has = fields[event->kind];
	char *at = resume(journal);

	at = COPY(at, "{\"seq\":");
	at = add_counted(at, &journal->seq, event->seq);
	at = COPY(at, ",\"t\":");
	at = add_counted(at, &journal->t, (uint64_t)event->t);
	memcpy(at, opening->text, sizeof(opening->text));
	at += opening->length;
	if (event->place != 0) {
		at = add_name(journal, COPY(at, ",\"id\":\""), seen->path);
		if (has & CHILDREN && event->a > 0)
			at = COPY(at, "/*");
		at = COPY(at, "\"");
	}
	if (event->incarnation > 0)
		at = MEMBER(at, "incarnation", event->incarnation);
	if (has)
		at = add_kind(journal, at, seen, has);
	at = COPY(at, ",\"cause\":");
	at = add_counted(at, &journal->cause, event->cause);
	at = COPY(at, "}\n");
	journal->used = (size_t)(at - journal->buffer);
}

/* --- the end ------------------------------------------------------------------------------------------- */

void scn_journal_end(struct scn_journal *journal, struct scn_result *result)
{
	hand_on(journal);
	result->journal_hash = scn_digest_value(&journal->hash);
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
