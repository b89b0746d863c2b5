/* packed.c - what writer and reader of binary journals both remember of a run. */
#include "packed.h"

#include <string.h>

#include "arena.h"
#include "digest.h"

void scn_known_init(struct scn_known *known)
{
	memset(known, 0, sizeof(*known));
	scn_texts_init(&known->texts);
}

void scn_known_fini(struct scn_known *known)
{
	for (uint32_t i = 0; i < known->n_shapes; i++)
		scn_mem_free(known->shapes[i]);
	scn_texts_fini(&known->texts);
	scn_known_init(known);
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
