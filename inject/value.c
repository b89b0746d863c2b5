/* value.c - text to values and back.
 *
 * A number with a unit is a whole part, a decimal fraction and a factor; it is read exactly or refused, so
 * `1.5s` is 1,500,000,000 ns and `0.3ns` is nothing at all.  What is printed is always whole, in the largest
 * unit that divides it.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "value.h"

struct unit {
	const char *name;
	int64_t factor;
};

/* Largest first: the printer takes the first that divides. */
static const struct unit durations[] = {
	{ "h", 3600 * RT_SECOND },
	{ "m", 60 * RT_SECOND },
	{ "s", RT_SECOND },
	{ "ms", RT_MS },
	{ "us", 1000 },
	{ "ns", 1 },
	{ NULL, 0 },
};
static const struct unit sizes[] = {
	{ "TiB", INT64_C(1) << 40 }, { "GiB", 1 << 30 }, { "MiB", 1 << 20 },
	{ "KiB", 1 << 10 },          { "B", 1 },         { NULL, 0 },
};
static const struct unit counts[] = {
	{ "G", 1000000000 }, { "M", 1000000 }, { "k", 1000 }, { "", 1 }, { NULL, 0 },
};
#define WHOLE_PPB   1000000000
#define PERCENT_PPB (WHOLE_PPB / 100)
static const struct unit shares[] = {
	{ "%", PERCENT_PPB },
	{ "", WHOLE_PPB },
	{ NULL, 0 },
};

/* Beyond this a fraction is finer than any unit here. */
#define FRACTION_DIGITS_MAX 18
#define DIGITS              "0123456789"

static int64_t common_divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Digits, perhaps a point and more digits, then one of the units and nothing else. */
static bool parse_scaled(const char *text, const struct unit *unit, int64_t *out)
{
	int64_t whole = 0, fraction = 0, power = 1, common;
	size_t digits = strspn(text, DIGITS);

	if (digits == 0)
		return false;
	for (; digits > 0; digits--, text++) {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, *text - '0', &whole))
			return false;
	}
	if (*text == '.') {
		const char *digit = ++text;

		digits = strspn(digit, DIGITS);
		if (digits == 0)
			return false;
		text += digits;
		while (digits > 0 && digit[digits - 1] == '0')
			digits--;
		if (digits > FRACTION_DIGITS_MAX)
			return false;
		for (; digits > 0; digits--, digit++) {
			fraction = fraction * 10 + (*digit - '0');
			power *= 10;
		}
	}
	while (unit->name != NULL && strcmp(unit->name, text) != 0)
		unit++;
	if (unit->name == NULL)
		return false;
	/* fraction / power * factor, if that is whole; cancelled first, so that nothing overflows. */
	common = common_divisor(unit->factor, power);
	if (fraction % (power / common) != 0)
		return false;
	fraction = fraction / (power / common) * (unit->factor / common);
	if (__builtin_mul_overflow(whole, unit->factor, &whole) ||
	    __builtin_add_overflow(whole, fraction, &whole))
		return false;
	*out = whole;
	return true;
}

static char *print_scaled(int64_t number, const struct unit *unit, const char *nought, char *buf)
{
	assert(number >= 0);
	if (number == 0) {
		snprintf(buf, INJ_VALUE_BUF, "%s", nought);
		return buf;
	}
	while (number % unit->factor != 0)
		unit++;
	snprintf(buf, INJ_VALUE_BUF, "%" PRId64 "%s", number / unit->factor, unit->name);
	return buf;
}

const char *inj_type_text(enum inj_type type)
{
	static const char *const texts[] = {
		[INJ_TEXT] = "a text",
		[INJ_REASON] = "an exit reason without blanks such as badarg or {shutdown,done}",
		[INJ_PATH] = "a path or a pattern such as core/cache, core/* or **",
		[INJ_ID] = "the id of a child",
		[INJ_COUNT] = "a whole number such as 3 or 10k",
		[INJ_DURATION] = "a duration such as 250ms or 5s",
		[INJ_SIZE] = "a size such as 64KiB or 10MiB",
		[INJ_PERCENT] = "a share such as 5% or 0.05",
		[INJ_SHUTDOWN] = "a duration of whole milliseconds such as 2s, infinity or brutal_kill",
		[INJ_BOOL] = "true or false",
		[INJ_WORD] = "a word",
		[INJ_EVENT] = "the word of an event such as exit or restart",
	};

	assert((size_t)type < sizeof(texts) / sizeof(texts[0]));
	return texts[type];
}

bool inj_parse_count(const char *text, int64_t *out)
{
	return parse_scaled(text, counts, out);
}

bool inj_parse_duration(const char *text, rt_time *out)
{
	return parse_scaled(text, durations, out);
}

bool inj_parse_size(const char *text, int64_t *out)
{
	return parse_scaled(text, sizes, out);
}

bool inj_parse_ppb(const char *text, uint32_t *out)
{
	int64_t ppb;

	if (!parse_scaled(text, shares, &ppb) || ppb > WHOLE_PPB)
		return false;
	*out = (uint32_t)ppb;
	return true;
}

bool inj_parse_shutdown(const char *text, int64_t *ms)
{
	rt_time ns;

	if (strcmp(text, "infinity") == 0) {
		*ms = RT_SHUTDOWN_INFINITY;
		return true;
	}
	if (strcmp(text, "brutal_kill") == 0) {
		*ms = RT_SHUTDOWN_BRUTAL_KILL;
		return true;
	}
	if (!inj_parse_duration(text, &ns) || ns % RT_MS != 0)
		return false;
	*ms = ns / RT_MS;
	return true;
}

bool inj_parse_bool(const char *text, bool *out)
{
	if (strcmp(text, "true") == 0)
		*out = true;
	else if (strcmp(text, "false") == 0)
		*out = false;
	else
		return false;
	return true;
}

char *inj_print_duration(rt_time ns, char buf[INJ_VALUE_BUF])
{
	return print_scaled(ns, durations, "0s", buf);
}

char *inj_print_time(rt_time t, char buf[INJ_VALUE_BUF])
{
	int64_t s = t / RT_SECOND, ns = t % RT_SECOND;

	if (ns % RT_MS == 0)
		snprintf(buf, INJ_VALUE_BUF, "%" PRId64 ".%03" PRId64 "s", s, ns / RT_MS);
	else if (ns % 1000 == 0)
		snprintf(buf, INJ_VALUE_BUF, "%" PRId64 ".%06" PRId64 "s", s, ns / 1000);
	else
		snprintf(buf, INJ_VALUE_BUF, "%" PRId64 ".%09" PRId64 "s", s, ns);
	return buf;
}

char *inj_print_size(int64_t bytes, char buf[INJ_VALUE_BUF])
{
	return print_scaled(bytes, sizes, "0B", buf);
}

char *inj_print_percent(uint32_t ppb, char buf[INJ_VALUE_BUF])
{
	uint32_t rest = ppb % PERCENT_PPB;
	int width = 7; /* digits of PERCENT_PPB behind its one */

	if (rest == 0) {
		snprintf(buf, INJ_VALUE_BUF, "%" PRIu32 "%%", ppb / PERCENT_PPB);
		return buf;
	}
	for (; rest % 10 == 0; rest /= 10)
		width--;
	snprintf(buf, INJ_VALUE_BUF, "%" PRIu32 ".%0*" PRIu32 "%%", ppb / PERCENT_PPB, width, rest);
	return buf;
}

char *inj_print_shutdown(int64_t ms, char buf[INJ_VALUE_BUF])
{
	if (ms == RT_SHUTDOWN_INFINITY)
		snprintf(buf, INJ_VALUE_BUF, "infinity");
	else if (ms == RT_SHUTDOWN_BRUTAL_KILL)
		snprintf(buf, INJ_VALUE_BUF, "brutal_kill");
	else if (ms > INT64_MAX / RT_MS)
		snprintf(buf, INJ_VALUE_BUF, "%" PRId64 "ms", ms);
	else
		return inj_print_duration(ms * RT_MS, buf);
	return buf;
}
