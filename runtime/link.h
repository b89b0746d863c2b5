/* link.h - links and monitors.  Both ends hold a note about the other in a chain; when one end dies, the note
 * at the other becomes the message that tells of it, so a death needs no memory.
 *
 * A link is a RT_MAIL_LINK at both ends; a monitor is a RT_MAIL_DOWN at the watcher's, a RT_MAIL_WATCHED at
 * the other's. */
#ifndef RUNTIME_LINK_H
#define RUNTIME_LINK_H

#include "mailbox.h"

void rt_note_hang(struct rt *rt, uint32_t *chain, uint32_t note, rt_id other);
/* Unhook the note about `other`; 0 if there is none. */
uint32_t rt_note_take(struct rt *rt, uint32_t *chain, rt_id other, enum rt_mail_kind kind);
bool rt_note_has(const struct rt *rt, uint32_t chain, rt_id other, enum rt_mail_kind kind);

#endif
