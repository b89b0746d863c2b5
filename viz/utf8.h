/* utf8.h - texts from anywhere, character by character. */
#ifndef VIZ_UTF8_H
#define VIZ_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the character at the start; 0: it is not well-formed.  The text is not empty. */
size_t viz_utf8_next(const char *text, uint32_t *code);

/* Not a control character, a separator of lines, a mark that turns the direction of writing, or no character
 * at all. */
bool viz_utf8_shown(uint32_t code);

#endif
