/* packed.c - what writer and reader of binary journals both remember of a run. */
#include "packed.h"

#include <string.h>

#include "arena.h"
#include "digest.h"

#define TEXTS_MIN 64u
#define POOL_MIN  4096u

void scn_known_init(struct scn_known *known)
{
	memset(known, 0, sizeof(*known));
	known->n_texts = 1;
}

void scn_known_fini(struct scn_known *known)
{
	for (uint32_t i = 0; i < known->n_shapes; i++)
		scn_mem_free(known->shapes[i]);
	scn_mem_free(known->texts);
	scn_mem_free(known->pool);
	scn_known_init(known);
}

bool scn_known_reserve(struct scn_known *known, size_t length)
{
	if (known->n_texts >= SCN_TEXTS_MAX || length > SCN_TEXT_MAX)
		return false;
	if (known->n_texts >= known->texts_size) {
		uint32_t size = known->texts_size ? known->texts_size * 2 : TEXTS_MIN;
		struct scn_kept *texts = scn_mem_resize(known->texts, size * sizeof(*texts));
		if (!texts)
			return false;
		known->texts = texts;
		known->texts_size = size;
	}
	if (known->pool_size - known->pool_used < length) {
		size_t size = known->pool_size ? known->pool_size * 2 : POOL_MIN;
		char *pool = size <= UINT32_MAX ? scn_mem_resize(known->pool, size) : NULL;
		if (!pool)
			return false;
		known->pool = pool;
		known->pool_size = size;
	}
	return true;
}

uint32_t scn_known_keep(struct scn_known *known, const char *text, size_t length, uint32_t hash)
{
	struct scn_kept *kept = &known->texts[known->n_texts];

	*kept = (struct scn_kept){ .at = (uint32_t)known->pool_used,
				   .length = (uint32_t)length,
				   .hash = hash };
	memcpy(known->pool + known->pool_used, text, length);
	known->pool_used += length;
	return known->n_texts++;
}

enum rt_status scn_known_shape(struct scn_known *known, const char *text, size_t length,
			       struct scn_shape **out)
{
	if (known->n_shapes == SCN_SHAPES_MAX || length == 0 || length > SCN_SHAPE_MAX)
		return RT_EINVAL;
	struct scn_shape *shape = scn_mem_alloc(sizeof(*shape) + length);
	if (!shape)
		return RT_ENOMEM;
	memset(shape, 0, sizeof(*shape));
	memcpy(shape->text, text, length);
	shape->length = (uint32_t)length;
	shape->number = shape->follower = known->n_shapes;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 0x20 || (c == '\n' && i + 1 == length))
			continue;
		if (c == 0 || c >= SCN_CODE_END || shape->values == SCN_VALUES_MAX) {
			scn_mem_free(shape);
			return RT_EINVAL;
		}
		shape->end[shape->values] = (uint16_t)i;
		shape->coding[shape->values++] = c;
	}
	shape->end[shape->values] = (uint16_t)length;
	known->shapes[known->n_shapes++] = *out = shape;
	return RT_OK;
}

uint64_t scn_packed_sum(uint64_t number, const unsigned char *head, const void *payload, size_t length)
{
	struct scn_digest digest;
	unsigned char place[8];

	for (unsigned i = 0; i < sizeof(place); i++)
		place[i] = (unsigned char)(number >> 8 * i);
	scn_digest_init(&digest);
	scn_digest_add(&digest, place, sizeof(place));
	scn_digest_add(&digest, head, 8);
	scn_digest_add(&digest, payload, length);
	return scn_digest_value(&digest);
}
