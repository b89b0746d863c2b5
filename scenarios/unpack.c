/* unpack.c - unpacking journals, block by block. */
#include "unpack.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "packed.h"

/* A block's length is only a number in a file: so much is made room for at once. */
#define STEP (256u << 10)

struct scn_unpack {
	scn_unpack_fn *from;
	void *ctx;
	struct rt_error *error;
	struct scn_known known;
	uint64_t offset;   /* of what is read next */
	uint64_t block_at; /* where the block begins */
	uint64_t number;
	bool begun;
	unsigned char *payload;
	size_t payload_size;
	char *text;
	size_t text_used, text_size, text_limit;
};

/* What is left of a payload. */
struct rest {
	const unsigned char *begin, *at, *end;
};

enum rt_status scn_unpack_new(scn_unpack_fn *from, void *ctx, struct scn_unpack **out)
{
	struct scn_unpack *unpack = scn_mem_alloc(sizeof(*unpack));
	if (!unpack)
		return RT_ENOMEM;
	memset(unpack, 0, sizeof(*unpack));
	unpack->from = from;
	unpack->ctx = ctx;
	scn_known_init(&unpack->known);
	*out = unpack;
	return RT_OK;
}

void scn_unpack_free(struct scn_unpack *unpack)
{
	if (!unpack)
		return;
	scn_known_fini(&unpack->known);
	scn_mem_free(unpack->payload);
	scn_mem_free(unpack->text);
	scn_mem_free(unpack);
}

static enum rt_status wrong(const struct scn_unpack *unpack, const char *what)
{
	return rt_error_set(unpack->error, RT_EINVAL, "byte %" PRIu64 ": block %" PRIu64 " %s",
			    unpack->block_at, unpack->number, what);
}

static enum rt_status no_memory(const struct scn_unpack *unpack)
{
	return rt_error_set(unpack->error, RT_ENOMEM, "%s", rt_status_text(RT_ENOMEM));
}

/* --- values -------------------------------------------------------------------------------------------- */

static inline bool get_varint(struct rest *rest, uint64_t *out)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 64 && rest->at < rest->end; shift += 7) {
		uint64_t byte = *rest->at++;
		number |= (byte & 0x7f) << shift;
		if (byte < 0x80) {
			*out = number;
			return shift < 63 || byte <= 1;
		}
	}
	return false;
}

static bool get_bytes(struct rest *rest, const char **text, size_t *length)
{
	uint64_t number;

	if (!get_varint(rest, &number) || number > (size_t)(rest->end - rest->at))
		return false;
	*text = (const char *)rest->at;
	*length = (size_t)number;
	rest->at += number;
	return true;
}

/* Room for this much text.  RT_EINVAL: more than the block says that it has. */
static enum rt_status reserve(struct scn_unpack *unpack, size_t length)
{
	if (length > unpack->text_limit - unpack->text_used)
		return wrong(unpack, "has more text than it says");
	size_t size = unpack->text_size ? unpack->text_size : STEP;
	while (size - unpack->text_used < length)
		size *= 2;
	char *text = scn_mem_resize(unpack->text, size);
	if (!text)
		return no_memory(unpack);
	unpack->text = text;
	unpack->text_size = size;
	return RT_OK;
}

static inline enum rt_status put(struct scn_unpack *unpack, const char *text, size_t length)
{
	enum rt_status status = RT_OK;

	if (length > unpack->text_limit - unpack->text_used || length > unpack->text_size - unpack->text_used)
		status = reserve(unpack, length);
	if (status == RT_OK && length > 0)
		memcpy(unpack->text + unpack->text_used, text, length);
	if (status == RT_OK)
		unpack->text_used += length;
	return status;
}

static enum rt_status put_number(struct scn_unpack *unpack, uint64_t number)
{
	char digits[SCN_DIGITS_MAX];

	if (unpack->text_size - unpack->text_used < SCN_DIGITS_MAX ||
	    unpack->text_limit - unpack->text_used < SCN_DIGITS_MAX)
		return put(unpack, digits, scn_json_digits(number, digits));
	unpack->text_used += scn_json_digits(number, unpack->text + unpack->text_used);
	return RT_OK;
}

/* A text by its code; `*kept` is which one it is now, 0: none that is kept. */
static enum rt_status get_text(struct scn_unpack *unpack, struct rest *rest, uint32_t last, uint32_t other,
			       uint32_t *kept)
{
	struct scn_texts *texts = &unpack->known.texts;
	const char *text;
	size_t length;
	uint64_t code;

	if (!get_varint(rest, &code))
		return wrong(unpack, "has a text that breaks off");
	*kept = 0;
	if (code == SCN_TEXT_NEW || code == SCN_TEXT_INLINE) {
		if (!get_bytes(rest, &text, &length))
			return wrong(unpack, "has a text that breaks off");
		if (code == SCN_TEXT_INLINE)
			return put(unpack, text, length);
		if (texts->count >= SCN_TEXTS_MAX || length > SCN_TEXT_MAX)
			return wrong(unpack, "has a text that is too much to keep");
		if (!scn_texts_reserve(texts, length, false))
			return no_memory(unpack);
		*kept = scn_texts_keep(texts, text, length, 0);
	} else if (code == SCN_TEXT_LAST || code == SCN_TEXT_OTHER) {
		*kept = code == SCN_TEXT_LAST ? last : other;
	} else if (code - SCN_TEXT_KEPT < texts->count - 1) {
		*kept = (uint32_t)(code - SCN_TEXT_KEPT) + 1;
	}
	if (*kept == 0)
		return wrong(unpack, "names a text that is not there");
	return put(unpack, scn_texts_get(texts, *kept), texts->at[*kept].length);
}

static enum rt_status get_value(struct scn_unpack *unpack, struct rest *rest, enum scn_coding coding,
				struct scn_place *place)
{
	struct scn_known *known = &unpack->known;
	enum rt_status status;
	uint64_t code = 0;
	uint32_t kept;

	if (coding == SCN_CODE_ID) {
		status = get_text(unpack, rest, known->id,
				  known->id ? known->texts.at[known->id].follower : 0, &kept);
		if (status == RT_OK)
			scn_known_follow(known, kept);
		return status;
	}
	if (coding == SCN_CODE_TEXT) {
		status = get_text(unpack, rest, place->text, place->other, &kept);
		if (status == RT_OK)
			scn_place_take(place, kept);
		return status;
	}
	if (coding != SCN_CODE_NEXT && !get_varint(rest, &code))
		return wrong(unpack, "has a number that breaks off");
	switch (coding) {
	case SCN_CODE_NEXT:
		return put_number(unpack, ++known->seq);
	case SCN_CODE_SEQ:
		return put_number(unpack, known->seq = code);
	case SCN_CODE_TIME:
		return put_number(unpack, known->time = scn_unzigzag(code, known->time));
	case SCN_CODE_BACK:
		/* Subtracted is the same as added to what is missing. */
		return put_number(unpack, 0 - scn_unzigzag(code, 0 - known->seq));
	case SCN_CODE_OWN: {
		uint64_t *own = scn_known_own(known);
		return put_number(unpack, *own = scn_unzigzag(code, *own));
	}
	default:
		return put_number(unpack, place->number = scn_unzigzag(code, place->number));
	}
}

/* --- records ------------------------------------------------------------------------------------------- */

static enum rt_status get_line(struct scn_unpack *unpack, struct rest *rest, struct scn_shape *shape)
{
	enum rt_status status = RT_OK;
	size_t from = 0;

	for (uint32_t i = 0; i < shape->values && status == RT_OK; i++) {
		status = put(unpack, shape->text + from, shape->end[i] - from);
		if (status == RT_OK)
			status = get_value(unpack, rest, shape->coding[i], &shape->place[i]);
		from = (size_t)shape->end[i] + 1;
	}
	return status == RT_OK ? put(unpack, shape->text + from, shape->length - from) : status;
}

static enum rt_status get_record(struct scn_unpack *unpack, struct rest *rest)
{
	struct scn_known *known = &unpack->known;
	struct scn_shape *shape;
	const char *text;
	size_t length;
	uint64_t code;

	if (!get_varint(rest, &code))
		return wrong(unpack, "breaks off in a record");
	if (code >= 2) {
		if (code - 2 >= known->n_shapes)
			return wrong(unpack, "names a shape that is not there");
		return get_line(unpack, rest, known->shapes[code - 2]);
	}
	if (!get_bytes(rest, &text, &length))
		return wrong(unpack, "breaks off in a record");
	if (code == 0)
		return put(unpack, text, length);
	enum rt_status status = scn_known_shape(known, text, length, &shape);
	if (status == RT_OK)
		return get_line(unpack, rest, shape);
	return status == RT_ENOMEM ? no_memory(unpack) : wrong(unpack, "has a shape that is none");
}

/* --- blocks -------------------------------------------------------------------------------------------- */

static size_t read_up_to(struct scn_unpack *unpack, unsigned char *buf, size_t size)
{
	size_t used = 0, n = 1;

	while (used < size && n > 0) {
		n = unpack->from(unpack->ctx, buf + used, size - used);
		used += n;
	}
	unpack->offset += used;
	return used;
}

static uint64_t fixed(const unsigned char *at, unsigned bytes)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < bytes; i++)
		number |= (uint64_t)at[i] << 8 * i;
	return number;
}

static enum rt_status read_payload(struct scn_unpack *unpack, size_t length)
{
	for (size_t used = 0; used < length;) {
		size_t piece = length - used < STEP ? length - used : STEP;
		if (unpack->payload_size - used < piece) {
			size_t size = unpack->payload_size ? unpack->payload_size * 2 : STEP;
			unsigned char *payload = scn_mem_resize(unpack->payload, size);
			if (!payload)
				return no_memory(unpack);
			unpack->payload = payload;
			unpack->payload_size = size;
		}
		if (read_up_to(unpack, unpack->payload + used, piece) != piece)
			return wrong(unpack, "breaks off: the file is torn");
		used += piece;
	}
	return RT_OK;
}

/* The head of the next block, behind the magic of a new run; `*there` false: the file is at its end. */
static enum rt_status read_head(struct scn_unpack *unpack, unsigned char *head, bool *there)
{
	size_t length;

	unpack->block_at = unpack->offset;
	length = read_up_to(unpack, head, SCN_PACKED_MAGIC_LENGTH);
	*there = length > 0;
	if (length == 0)
		return unpack->begun ? RT_OK : wrong(unpack, "is not there: the file is empty");
	if (length == SCN_PACKED_MAGIC_LENGTH && memcmp(head, SCN_PACKED_MAGIC, length) == 0) {
		scn_known_fini(&unpack->known);
		unpack->begun = true;
		unpack->number = 0;
		unpack->block_at = unpack->offset;
		length = read_up_to(unpack, head, SCN_PACKED_MAGIC_LENGTH);
	} else if (!unpack->begun) {
		bool other = length == SCN_PACKED_MAGIC_LENGTH &&
			     memcmp(head, SCN_PACKED_MAGIC, SCN_PACKED_MAGIC_LENGTH - 1) == 0;
		return wrong(unpack, other ? "is of another version of the format"
					   : "does not begin as a binary journal does");
	}
	if (length < SCN_PACKED_MAGIC_LENGTH ||
	    read_up_to(unpack, head + length, SCN_PACKED_HEAD - length) != SCN_PACKED_HEAD - length)
		return wrong(unpack, "breaks off: the file is torn");
	return RT_OK;
}

enum rt_status scn_unpack_block(struct scn_unpack *unpack, const char **text, size_t *length,
				struct rt_error *error)
{
	unsigned char head[SCN_PACKED_HEAD];
	bool there;

	*text = NULL;
	*length = 0;
	unpack->error = error;
	enum rt_status status = read_head(unpack, head, &there);
	if (status != RT_OK || !there)
		return status;
	size_t packed = (size_t)fixed(head, 4);
	unpack->text_limit = (size_t)fixed(head + 4, 4);
	unpack->text_used = 0;
	if (packed == 0 || packed > SCN_PACKED_MAX || unpack->text_limit == 0 ||
	    unpack->text_limit > SCN_PACKED_MAX)
		return wrong(unpack, "has a length that no block has");
	status = read_payload(unpack, packed);
	if (status != RT_OK)
		return status;
	if (fixed(head + 8, 8) != scn_packed_sum(unpack->number, head, unpack->payload, packed))
		return wrong(unpack, "was changed: its checksum does not fit");
	struct rest rest = { unpack->payload, unpack->payload, unpack->payload + packed };
	while (rest.at < rest.end && status == RT_OK)
		status = get_record(unpack, &rest);
	if (status == RT_OK && unpack->text_used != unpack->text_limit)
		status = wrong(unpack, "has less text than it says");
	if (status != RT_OK)
		return status;
	unpack->number++;
	*text = unpack->text;
	*length = unpack->text_used;
	return RT_OK;
}
