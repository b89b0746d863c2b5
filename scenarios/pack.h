/* pack.h - the text of journals in, the binary form of it out; packed.h says what that looks like.
 *
 * The bytes are a function of the text and of where it was flushed.  Each run begins anew, so packed runs can
 * be put behind each other as those of JSON Lines can.
 */
#ifndef SCENARIOS_PACK_H
#define SCENARIOS_PACK_H

#include "scenario.h"

struct scn_pack;

enum rt_status scn_pack_new(struct scn_sink below, struct scn_pack **out) RT_MUST_CHECK;
void scn_pack_free(struct scn_pack *pack); /* does not flush; null is allowed */
/* A line is packed when its end has come; its `flush` packs what there is. */
struct scn_sink scn_pack_sink(struct scn_pack *pack);

#endif
