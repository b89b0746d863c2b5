/* packed.h - what the binary form of a journal looks like, for the two files that write and read it.
 *
 * It is the text of JSON Lines, packed: what the lines have in common is said once, and of each line only
 * what is new.  So it stands for exactly those bytes, whatever they are, and nothing here knows what an
 * event is.
 *
 *	file    = (SCN_PACKED_MAGIC block...)...   a magic may come again: files can be put behind each other
 *	block   = head payload                     of lines: 64 KiB of text, or what was handed on at once
 *	head    = packed u32, text u32, sum u64    little-endian: bytes of the payload, of its text, and XXH64
 *	                                           of the block's number behind the magic (u64), of these two
 *	                                           lengths, and of the payload
 *	payload = record...
 *	record  = 0 length bytes                   text as it is
 *	        | 1 length shape value...          a line of a shape that is new, which becomes the next
 *	        | 2+n value...                     a line of the nth shape, from 0
 *
 * Numbers are varints: seven bits a byte, the lowest first, the top bit says that more follow.  A zigzag is a
 * difference modulo 2^64 as a varint, folded so that small ones of either sign are short.
 *
 * A shape is a line, its end included, with a byte of enum scn_coding at the place of each value.  Text in it
 * has no other control characters but the line's end.
 */
#ifndef SCENARIOS_PACKED_H
#define SCENARIOS_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/status.h"

#include "texts.h"

/* The last byte is the version of the format; the others find out what takes it for text. */
#define SCN_PACKED_MAGIC        "\x89TFJ\r\n\x1a\x01"
#define SCN_PACKED_MAGIC_LENGTH 8u
#define SCN_PACKED_HEAD         16u

/* How a value is written.  `seq` is that of the latest line that had one. */
enum scn_coding {
	SCN_CODE_NEXT = 1, /* it is seq + 1, and becomes seq; nothing is written */
	SCN_CODE_SEQ,      /* a varint, and becomes seq */
	SCN_CODE_TIME,     /* zigzag to the one before of this kind */
	SCN_CODE_BACK,     /* zigzag, subtracted from seq */
	SCN_CODE_OWN,      /* zigzag to the one before of this kind under the same id */
	SCN_CODE_NUMBER,   /* zigzag to the one before in this place of this shape */
	SCN_CODE_ID,       /* text that the line is about */
	SCN_CODE_TEXT,     /* other text, the inside of its quotes */
	SCN_CODE_END
};

/* Text is one of these, a number as above, or the nth of the kept texts as SCN_TEXT_KEPT + n.
 * An id is the line before's (SCN_TEXT_LAST), or the one that followed that the last time that another
 * followed it (SCN_TEXT_OTHER).  Other text is what stood in this place of this shape in the line before, or
 * in the one before that. */
enum scn_text_code {
	SCN_TEXT_LAST,
	SCN_TEXT_OTHER,
	SCN_TEXT_NEW,    /* length and bytes; kept as the next */
	SCN_TEXT_INLINE, /* length and bytes; not kept */
	SCN_TEXT_KEPT
};

/* Limits of what is kept, with those of texts.h; what is beyond is written as it is. */
#define SCN_SHAPES_MAX 4096u
#define SCN_SHAPE_MAX  2048u     /* bytes of a shape */
#define SCN_VALUES_MAX 32u       /* values in a line */
#define SCN_PACKED_MAX (1u << 28) /* bytes of a block, packed or not */

struct scn_place {
	uint64_t number;
	uint32_t text, other;
};

struct scn_shape {
	uint32_t length; /* of `text` */
	uint32_t values;
	/* For the writer: its number, that of the shape that came behind it, whether it begins as most do. */
	uint32_t number, follower;
	bool stem;
	uint16_t end[SCN_VALUES_MAX +
		     1]; /* of the text before each value, which begins behind the value before */
	uint8_t coding[SCN_VALUES_MAX];
	struct scn_place place[SCN_VALUES_MAX];
	char text[];
};

/* What both sides know after the same records. */
struct scn_known {
	uint64_t seq, time;
	uint64_t own; /* of ids that are not kept */
	uint32_t id;  /* of the line before; 0: none that is kept */
	struct scn_texts texts;
	uint32_t n_shapes;
	struct scn_shape *shapes[SCN_SHAPES_MAX];
};

void scn_known_init(struct scn_known *known);
void scn_known_fini(struct scn_known *known);
/* RT_EINVAL: that is no shape, or one too many. */
enum rt_status scn_known_shape(struct scn_known *known, const char *text, size_t length,
			       struct scn_shape **out) RT_MUST_CHECK;

/* Where the latest number of SCN_CODE_OWN is. */
static inline uint64_t *scn_known_own(struct scn_known *known)
{
	return known->id ? &known->texts.at[known->id].own : &known->own;
}

/* An id was met: what it followed will be asked for it. */
static inline void scn_known_follow(struct scn_known *known, uint32_t id)
{
	if (id != known->id && known->id != 0)
		known->texts.at[known->id].follower = id;
	known->id = id;
}

static inline void scn_place_take(struct scn_place *place, uint32_t text)
{
	if (text != place->text) {
		place->other = place->text;
		place->text = text;
	}
}

static inline uint64_t scn_zigzag(uint64_t to, uint64_t from)
{
	uint64_t difference = to - from;

	return difference << 1 ^ (0 - (difference >> 63));
}

static inline uint64_t scn_unzigzag(uint64_t coded, uint64_t from)
{
	return from + (coded >> 1 ^ (0 - (coded & 1)));
}

/* The checksum of a block, by its number, the lengths in its head and its payload. */
uint64_t scn_packed_sum(uint64_t number, const unsigned char *head, const void *payload, size_t length);

#endif
