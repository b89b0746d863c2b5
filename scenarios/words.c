/* words.c - how numbers, texts and probes are said to people. */
#include "words.h"

#include <stdio.h>
#include <string.h>

void scn_words_clean(struct scn_text *out, const char *text)
{
	for (const char *at = text;; at++) {
		unsigned char c = (unsigned char)*at, next = c ? (unsigned char)at[1] : 0;
		bool two = c == 0xc2 && next >= 0x80 && next < 0xa0; /* the upper control characters */
		if (c >= 0x20 && c != 0x7f && !two)
			continue;
		scn_text_put(out, text, (size_t)(at - text));
		if (c == '\0')
			return;
		scn_text_add(out, "?");
		at += two;
		text = at + 1;
	}
}

char *scn_words_grouped(uint64_t number, char buf[SCN_GROUPED_BUF])
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	size_t used = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buf[used++] = ',';
		buf[used++] = digits[i];
	}
	buf[used] = '\0';
	return buf;
}

char *scn_words_ordinal(uint64_t number, char buf[SCN_ORDINAL_BUF])
{
	static const char *const ends[] = { "th", "st", "nd", "rd" };
	uint64_t last = number % 10;
	char digits[SCN_GROUPED_BUF];

	snprintf(buf, SCN_ORDINAL_BUF, "%s%s", scn_words_grouped(number, digits),
		 last <= 3 && number / 10 % 10 != 1 ? ends[last] : ends[0]);
	return buf;
}

static void add_value(struct scn_text *out, enum scn_measure measure, int64_t value)
{
	char buf[INJ_VALUE_BUF];

	switch (measure) {
	case SCN_BOOL:
		scn_text_add(out, value ? "true" : "false");
		break;
	case SCN_SHARE:
		scn_text_add(out, inj_print_percent((uint32_t)value, buf));
		break;
	case SCN_DURATION:
		scn_text_add(out, inj_print_duration(value, buf));
		break;
	case SCN_COUNT:
	case SCN_ORDER:
		scn_text_format(out, "%lld", (long long)value);
		break;
	}
}

void scn_words_probe(struct scn_text *out, const struct scn_probe *probe)
{
	enum scn_measure measure;

	if (probe->is_sibling) {
		scn_text_format(out, "%s %s", probe->of, scn_sibling_word(probe->sibling));
		return;
	}
	measure = scn_probe_rows[probe->kind].measure;
	scn_text_add(out, scn_probe_rows[probe->kind].word);
	if (measure == SCN_ORDER) {
		for (size_t i = 0; i < probe->n_order; i++)
			scn_text_format(out, " %s", probe->order[i]);
		return;
	}
	scn_text_format(out, " %s", probe->of);
	if (probe->percentile && probe->percentile != SCN_PERCENTILE_DEFAULT) {
		scn_text_add(out, " percentile=");
		add_value(out, SCN_SHARE, probe->percentile);
	}
	scn_text_format(out, " %s=", scn_tolerance_word(probe->tolerance));
	add_value(out, measure, probe->low);
	if (probe->tolerance == SCN_BETWEEN) {
		scn_text_add(out, ",");
		add_value(out, measure, probe->high);
	}
}
