/* pack.c - packing the text of a journal.
 *
 * Nearly every line has the shape that followed the shape of the line before the last time, so that is looked
 * at first: its fixed text is compared, its values are read in between.  Only a line of none of the shapes
 * that were used lately is taken apart without knowing what it is, and then has one.
 *
 * Where there is no memory for a text or a shape, it is written as it is: nothing is lost but space.
 */
#include "pack.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "outline.h"
#include "packed.h"

#define HEADER   "{\"treefall\":" /* begins a run */
#define TEXT     (64u << 10)      /* of a block */
#define LINE     8192u            /* longer ones are text as it is, in pieces of this length */
#define OVERHEAD 2048u            /* what a packed line can be longer than its text */
#define LATELY   16u

struct value {
	uint64_t number;
	const char *text;
	uint32_t length, kept; /* kept: as which text, if that is known already */
};

struct scn_pack {
	struct scn_sink below;
	bool failed;
	bool frozen; /* no more memory is asked for */
	bool begun;  /* the magic is written */
	bool amid;   /* a piece of the line that goes on was packed */
	struct scn_known known;
	uint16_t shapes[2 * SCN_SHAPES_MAX]; /* by hash; number + 1 */
	struct scn_shape *last, *lately[LATELY];
	struct digits {
		uint64_t number;
		uint32_t length;
		char text[20];
	} time; /* of the line before */
	uint64_t number; /* of the block */
	size_t text, used;
	size_t carried;
	char carry[LINE];
	unsigned char out[SCN_PACKED_MAGIC_LENGTH + SCN_PACKED_HEAD + TEXT + LINE + SCN_SHAPE_MAX + OVERHEAD];
};

/* --- blocks -------------------------------------------------------------------------------------------- */

static void put_fixed(unsigned char *at, uint64_t number, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (unsigned char)(number >> 8 * i);
}

/* Where the payload begins in `out`. */
#define PAYLOAD (SCN_PACKED_MAGIC_LENGTH + SCN_PACKED_HEAD)

static void close_block(struct scn_pack *pack)
{
	unsigned char *head = pack->out + SCN_PACKED_MAGIC_LENGTH, *from = head;
	size_t length = pack->used - PAYLOAD;

	if (length == 0)
		return;
	put_fixed(head, length, 4);
	put_fixed(head + 4, pack->text, 4);
	put_fixed(head + 8, scn_packed_sum(pack->number, head, pack->out + PAYLOAD, length), 8);
	if (!pack->begun) {
		from = pack->out;
		memcpy(from, SCN_PACKED_MAGIC, SCN_PACKED_MAGIC_LENGTH);
		pack->begun = true;
	}
	if (!pack->failed && !pack->below.write(pack->below.ctx, (const char *)from,
						(size_t)(pack->out + pack->used - from)))
		pack->failed = true;
	pack->number++;
	pack->used = PAYLOAD;
	pack->text = 0;
}

/* The next block begins a run, and knows nothing. */
static void begin_run(struct scn_pack *pack)
{
	close_block(pack);
	scn_known_fini(&pack->known);
	memset(pack->shapes, 0, sizeof(pack->shapes));
	memset(pack->lately, 0, sizeof(pack->lately));
	pack->last = NULL;
	pack->number = 0;
	pack->begun = false;
}

/* --- numbers and texts --------------------------------------------------------------------------------- */

static inline unsigned char *put_varint(unsigned char *out, uint64_t number)
{
	while (number >= 0x80) {
		*out++ = (unsigned char)(number | 0x80);
		number >>= 7;
	}
	*out++ = (unsigned char)number;
	return out;
}

static unsigned char *put_bytes(unsigned char *out, const char *text, size_t length)
{
	out = put_varint(out, length);
	memcpy(out, text, length);
	return out + length;
}

/* A text that is neither of the two that were expected. */
static unsigned char *put_text(struct scn_pack *pack, unsigned char *out, struct value *value)
{
	struct scn_texts *texts = &pack->known.texts;
	uint32_t hash = value->kept ? 0 : scn_texts_hash(value->text, value->length);

	if (!value->kept)
		value->kept = scn_texts_find(texts, value->text, value->length, hash);
	if (value->kept)
		return put_varint(out, SCN_TEXT_KEPT + value->kept - 1);
	if (pack->frozen || !scn_texts_reserve(texts, value->length, true)) {
		out = put_varint(out, SCN_TEXT_INLINE);
		return put_bytes(out, value->text, value->length);
	}
	value->kept = scn_texts_keep(texts, value->text, value->length, hash);
	out = put_varint(out, SCN_TEXT_NEW);
	return put_bytes(out, value->text, value->length);
}

/* --- lines of a known shape ---------------------------------------------------------------------------- */

/* The text at `at` if it is this one that is kept. */
static inline const char *read_kept(const struct scn_texts *texts, uint32_t kept, const char *at,
				    const char *end, struct value *value)
{
	if (kept == 0)
		return NULL;
	size_t length = texts->at[kept].length;
	if ((size_t)(end - at) <= length || at[length] != '"' ||
	    !scn_texts_same(scn_texts_get(texts, kept), at, length))
		return NULL;
	value->kept = kept;
	value->text = at;
	value->length = (uint32_t)length;
	return at + length;
}

static const char *read_text(const struct scn_texts *texts, uint32_t first, uint32_t second, const char *at,
			     const char *end, struct value *value)
{
	const char *behind = read_kept(texts, first, at, end, value);

	if (!behind)
		behind = read_kept(texts, second, at, end, value);
	if (behind)
		return behind;
	behind = scn_text_end(at, end);
	value->kept = 0;
	value->text = at;
	value->length = behind ? (uint32_t)(behind - at) : 0;
	return behind;
}

/* How the lines of all events begin.  It is read once, whatever the line turns out to be. */
#define STEM_SEQ "{\"seq\":"
#define STEM_T   ",\"t\":"
#define STEM     STEM_SEQ "\1" STEM_T "\3"
static_assert(SCN_CODE_NEXT == 1 && SCN_CODE_TIME == 3, "STEM has these two");

static bool has_stem(const struct scn_shape *shape)
{
	return shape->length > sizeof(STEM) - 1 && memcmp(shape->text, STEM, sizeof(STEM) - 1) == 0;
}

/* Behind the stem; null: the line has none.  The time is mostly that of the line before, and then not read.
 */
static const char *match_stem(struct scn_pack *pack, const char *at, const char *end, struct value *value)
{
	const struct scn_known *known = &pack->known;
	struct digits *time = &pack->time;
	const char *behind;

	if (end - at < (ptrdiff_t)sizeof(STEM_SEQ) || !scn_texts_same(at, STEM_SEQ, sizeof(STEM_SEQ) - 1))
		return NULL;
	at = scn_read_number(at + sizeof(STEM_SEQ) - 1, end, &value[0].number);
	if (!at || value[0].number != known->seq + 1 || end - at < (ptrdiff_t)sizeof(STEM_T) ||
	    !scn_texts_same(at, STEM_T, sizeof(STEM_T) - 1))
		return NULL;
	at += sizeof(STEM_T) - 1;
	behind = at + time->length;
	if (time->length > 0 && behind < end && (*behind < '0' || *behind > '9') &&
	    scn_texts_same(at, time->text, time->length)) {
		value[1].number = time->number;
		return behind;
	}
	behind = scn_read_number(at, end, &value[1].number);
	time->number = value[1].number;
	time->length = behind ? (uint32_t)(behind - at) : 0;
	memcpy(time->text, at, time->length);
	return behind;
}

/* Has the line this shape?  `at` is behind the stem if it has one. */
static bool match(const struct scn_known *known, const struct scn_shape *shape, const char *at,
		  const char *end, struct value *value)
{
	const struct scn_texts *texts = &known->texts;
	uint32_t i = shape->stem ? 2 : 0, id = known->id;
	size_t from = shape->stem ? sizeof(STEM) - 1 : 0, piece;
	uint64_t seq = shape->stem ? value[0].number : known->seq;

	for (value += i; i < shape->values; i++, value++) {
		const struct scn_place *place = &shape->place[i];
		piece = shape->end[i] - from;
		if ((size_t)(end - at) <= piece || !scn_texts_same(shape->text + from, at, piece))
			return false;
		at += piece;
		from = (size_t)shape->end[i] + 1;
		switch (shape->coding[i]) {
		case SCN_CODE_ID:
			at = read_text(texts, id, id ? texts->at[id].follower : 0, at, end, value);
			break;
		case SCN_CODE_TEXT:
			at = read_text(texts, place->text, place->other, at, end, value);
			break;
		default:
			at = scn_read_number(at, end, &value->number);
			if (shape->coding[i] == SCN_CODE_NEXT && value->number != seq + 1)
				return false;
			if (shape->coding[i] == SCN_CODE_NEXT || shape->coding[i] == SCN_CODE_SEQ)
				seq = value->number;
			break;
		}
		if (!at)
			return false;
	}
	piece = shape->length - from;
	return (size_t)(end - at) == piece && scn_texts_same(shape->text + from, at, piece);
}

static unsigned char *put_value(struct scn_pack *pack, unsigned char *out, enum scn_coding coding,
				struct scn_place *place, struct value *value)
{
	struct scn_known *known = &pack->known;
	uint32_t follower;
	uint64_t *own;

	switch (coding) {
	case SCN_CODE_NEXT:
		known->seq = value->number;
		break;
	case SCN_CODE_SEQ:
		known->seq = value->number;
		return put_varint(out, value->number);
	case SCN_CODE_TIME:
		out = put_varint(out, scn_zigzag(value->number, known->time));
		known->time = value->number;
		break;
	case SCN_CODE_BACK:
		return put_varint(out, scn_zigzag(known->seq, value->number));
	case SCN_CODE_OWN:
		own = scn_known_own(known);
		out = put_varint(out, scn_zigzag(value->number, *own));
		*own = value->number;
		break;
	case SCN_CODE_NUMBER:
		out = put_varint(out, scn_zigzag(value->number, place->number));
		place->number = value->number;
		break;
	case SCN_CODE_ID:
		follower = known->id ? known->texts.at[known->id].follower : 0;
		if (value->kept && value->kept == known->id)
			*out++ = SCN_TEXT_LAST;
		else if (value->kept && value->kept == follower)
			*out++ = SCN_TEXT_OTHER;
		else
			out = put_text(pack, out, value);
		scn_known_follow(known, value->kept);
		break;
	case SCN_CODE_TEXT:
		if (value->kept && value->kept == place->text)
			*out++ = SCN_TEXT_LAST;
		else if (value->kept && value->kept == place->other)
			*out++ = SCN_TEXT_OTHER;
		else
			out = put_text(pack, out, value);
		scn_place_take(place, value->kept);
		break;
	case SCN_CODE_END:
		break;
	}
	return out;
}

/* `fresh`: the shape is told, too. */
static void put_line(struct scn_pack *pack, struct scn_shape *shape, bool fresh, struct value *values,
		     size_t length)
{
	unsigned char *out = pack->out + pack->used;

	out = put_varint(out, fresh ? 1 : 2 + (uint64_t)shape->number);
	if (fresh)
		out = put_bytes(out, shape->text, shape->length);
	for (uint32_t i = 0; i < shape->values; i++)
		out = put_value(pack, out, shape->coding[i], &shape->place[i], &values[i]);
	pack->used = (size_t)(out - pack->out);
	pack->text += length;
	if (pack->last)
		pack->last->follower = shape->number;
	pack->last = shape;
	/* What is often met comes to the front, a place at a time. */
	unsigned at = 0;
	while (at < LATELY - 1 && pack->lately[at] && pack->lately[at] != shape)
		at++;
	if (at > 0 && pack->lately[at] == shape) {
		pack->lately[at] = pack->lately[at - 1];
		at--;
	}
	pack->lately[at] = shape;
}

/* --- lines of any shape -------------------------------------------------------------------------------- */

static struct scn_shape *find_shape(struct scn_pack *pack, const struct scn_outline *outline, bool *fresh)
{
	size_t mask = sizeof(pack->shapes) / sizeof(pack->shapes[0]) - 1;
	size_t at = scn_texts_hash(outline->text, outline->length) & mask;
	struct scn_shape *shape;

	*fresh = false;
	for (; pack->shapes[at]; at = (at + 1) & mask) {
		shape = pack->known.shapes[pack->shapes[at] - 1];
		if (shape->length == outline->length &&
		    memcmp(shape->text, outline->text, outline->length) == 0)
			return shape;
	}
	if (pack->frozen)
		return NULL;
	if (scn_known_shape(&pack->known, outline->text, outline->length, &shape) != RT_OK)
		return NULL;
	*fresh = true;
	pack->shapes[at] = (uint16_t)(shape->number + 1);
	return shape;
}

/* --- text comes ---------------------------------------------------------------------------------------- */

static void put_raw(struct scn_pack *pack, const char *text, size_t length)
{
	unsigned char *out = pack->out + pack->used;

	out = put_varint(out, 0);
	out = put_bytes(out, text, length);
	pack->used = (size_t)(out - pack->out);
	pack->text += length;
}

static bool try_shape(struct scn_pack *pack, struct scn_shape *shape, const char *text, size_t length,
		      const char *behind_stem, struct value *values)
{
	const char *from = shape->stem ? behind_stem : text;

	return from && match(&pack->known, shape, from, text + length, values);
}

static void pack_line(struct scn_pack *pack, const char *text, size_t length)
{
	struct scn_known *known = &pack->known;
	struct scn_shape *shape = pack->last ? known->shapes[pack->last->follower] : NULL;
	struct value values[SCN_VALUES_MAX];
	struct scn_outline outline;
	const char *stem = match_stem(pack, text, text + length, values);
	bool fresh = false;

	if (shape && try_shape(pack, shape, text, length, stem, values)) {
		put_line(pack, shape, false, values, length);
		return;
	}
	for (unsigned i = 0; i < LATELY && pack->lately[i]; i++) {
		if (pack->lately[i] != shape &&
		    try_shape(pack, pack->lately[i], text, length, stem, values)) {
			put_line(pack, pack->lately[i], false, values, length);
			return;
		}
	}
	shape = scn_outline_line(&outline, text, length, known->seq) ? find_shape(pack, &outline, &fresh)
								     : NULL;
	if (!shape) {
		put_raw(pack, text, length);
		return;
	}
	if (fresh)
		shape->stem = has_stem(shape);
	bool fits = try_shape(pack, shape, text, length, stem, values);
	assert(fits);
	put_line(pack, shape, fresh, values, length);
}

/* A whole line, or, of one that is too long or will not end, a piece. */
static void take_line(struct scn_pack *pack, const char *text, size_t length)
{
	bool ends = text[length - 1] == '\n';

	if (!pack->amid && (pack->begun || pack->used > PAYLOAD) && length >= sizeof(HEADER) - 1 &&
	    memcmp(text, HEADER, sizeof(HEADER) - 1) == 0)
		begin_run(pack);
	if (ends && !pack->amid)
		pack_line(pack, text, length);
	else
		put_raw(pack, text, length);
	pack->amid = !ends;
	if (pack->text >= TEXT || pack->used >= PAYLOAD + TEXT)
		close_block(pack);
}

static bool take(void *ctx, const char *text, size_t length)
{
	struct scn_pack *pack = ctx;

	while (length > 0) {
		const char *newline = memchr(text, '\n', length);
		size_t piece = newline ? (size_t)(newline - text) + 1 : length;
		if (pack->carried == 0 && newline && piece <= LINE) {
			take_line(pack, text, piece);
		} else {
			piece = piece < LINE - pack->carried ? piece : LINE - pack->carried;
			memcpy(pack->carry + pack->carried, text, piece);
			pack->carried += piece;
			if (pack->carried == LINE || pack->carry[pack->carried - 1] == '\n') {
				take_line(pack, pack->carry, pack->carried);
				pack->carried = 0;
			}
		}
		text += piece;
		length -= piece;
	}
	return !pack->failed;
}

static bool flush(void *ctx, bool last_words)
{
	struct scn_pack *pack = ctx;

	pack->frozen |= last_words;
	if (pack->carried > 0)
		take_line(pack, pack->carry, pack->carried);
	pack->carried = 0;
	close_block(pack);
	if (!pack->failed && pack->below.flush && !pack->below.flush(pack->below.ctx, last_words))
		pack->failed = true;
	return !pack->failed;
}

struct scn_sink scn_pack_sink(struct scn_pack *pack)
{
	return (struct scn_sink){ .write = take, .flush = flush, .ctx = pack };
}

enum rt_status scn_pack_new(struct scn_sink below, struct scn_pack **out)
{
	struct scn_pack *pack = scn_mem_alloc(sizeof(*pack));
	if (!pack)
		return RT_ENOMEM;
	memset(pack, 0, offsetof(struct scn_pack, carry));
	pack->below = below;
	pack->used = PAYLOAD;
	scn_known_init(&pack->known);
	*out = pack;
	return RT_OK;
}

void scn_pack_free(struct scn_pack *pack)
{
	if (!pack)
		return;
	scn_known_fini(&pack->known);
	scn_mem_free(pack);
}
