/* key.h - the keys that every action has, by number, and one reader and one printer for the values of all. */
#ifndef INJECT_KEY_H
#define INJECT_KEY_H

#include "inject.h"

enum inj_key_number {
	INJ_KEY_ACTION,
	INJ_KEY_ID,
	INJ_KEY_TARGET,
	INJ_KEY_MODE,
	INJ_KEY_VALUE,
	INJ_KEY_AT,
	INJ_KEY_EVERY,
	INJ_KEY_AFTER_MESSAGES,
	INJ_KEY_AFTER_RESTARTS,
	INJ_KEY_AFTER_OF,
	INJ_KEY_ON_EVENT,
	INJ_KEY_ON_OF,
	INJ_KEY_PROBABILITY,
	INJ_KEY_TIMES,
	INJ_KEY_SKIP,
	INJ_KEY_COOLDOWN,
	INJ_KEY_DURATION,
	INJ_KEY_REQUIRED,
	INJ_KEY_COUNT
};

/* A key of all actions in the form of a key of one fault. */
struct inj_param inj_key_param(enum inj_key_number number);

/* Text to value, by type and range.  `out->text` is `text` itself. */
enum rt_status inj_key_read(const struct inj_param *param, const char *text, struct inj_value *out,
			    struct rt_error *error) RT_MUST_CHECK;
/* Value to text: `buf`, or a text that lives at least as long as the value. */
const char *inj_key_print(const struct inj_param *param, const struct inj_value *value,
			  char buf[INJ_VALUE_BUF]);

/* A text from outside as it may stand in a message: in quotes, without control characters, not too long. */
#define INJ_QUOTE_BUF 64
const char *inj_quote(const char *text, char buf[INJ_QUOTE_BUF]);

#endif
