/* unpack.h - the binary form of journals in, their text out: the other side of pack.h.
 *
 * Files come from anywhere, so nothing in them is believed: a block whose checksum is wrong, or that means
 * nothing, ends the reading with words that say where.
 */
#ifndef SCENARIOS_UNPACK_H
#define SCENARIOS_UNPACK_H

#include "scenario.h"

struct scn_unpack;

/* Where the packed bytes come from: at most `size` of them, 0: there are no more. */
typedef size_t scn_unpack_fn(void *ctx, unsigned char *buf, size_t size);

enum rt_status scn_unpack_new(scn_unpack_fn *from, void *ctx, struct scn_unpack **out) RT_MUST_CHECK;
void scn_unpack_free(struct scn_unpack *unpack); /* null is allowed */
/* The text of the next block, until the next call; `*length` 0: that was all.  RT_EINVAL: `error` says what
 * is wrong, and at which byte. */
enum rt_status scn_unpack_block(struct scn_unpack *unpack, const char **text, size_t *length,
				struct rt_error *error) RT_MUST_CHECK;

#endif
