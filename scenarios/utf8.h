/* utf8.h - one character at a time. */
#ifndef SCENARIOS_UTF8_H
#define SCENARIOS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at the start of `text`, and how many bytes it takes; `*code` is SCN_UTF8_BAD and the length 1
 * where the bytes are not UTF-8 (overlong forms, surrogates and what lies above U+10FFFF included).
 * `length` is at least 1. */
#define SCN_UTF8_BAD UINT32_MAX
size_t scn_utf8_next(const char *text, size_t length, uint32_t *code);

/* May stand in a YAML file: not a control character but tab and line ends, not U+FEFF and not a
 * non-character. */
bool scn_utf8_printable(uint32_t code);

#endif
