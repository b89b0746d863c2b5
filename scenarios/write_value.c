/* write_value.c - values by their rows in the schema. */
#include "write.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool scn_write_is_same(const struct scn_key *key, const void *object, const void *other)
{
	const char *a = (const char *)object + key->offset, *b = (const char *)other + key->offset;

	switch (key->type) {
	case SCN_T_TEXT:
	case SCN_T_LINE:
	case SCN_T_ID:
		return same_text(*(const char *const *)(const void *)a,
				 *(const char *const *)(const void *)b);
	case SCN_T_WORD:
	case SCN_T_BOOL:
		return memcmp(a, b, 1) == 0;
	case SCN_T_NUMBER:
	case SCN_T_SECONDS:
		return memcmp(a, b, sizeof(uint32_t)) == 0;
	default:
		return memcmp(a, b, sizeof(int64_t)) == 0;
	}
}

void scn_write_bare(struct scn_writer *w, const char *format, ...)
{
	char buf[INJ_VALUE_BUF];
	va_list args;

	va_start(args, format);
	vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	scn_emit_bare(&w->emit, buf);
}

void scn_write_value(struct scn_writer *w, const struct scn_key *key, const void *object)
{
	const void *field = (const char *)object + key->offset;
	char buf[INJ_VALUE_BUF];

	scn_emit_key(&w->emit, key->name);
	switch (key->type) {
	case SCN_T_VERSION:
		scn_emit_bare(&w->emit, "1");
		break;
	case SCN_T_TEXT:
	case SCN_T_LINE:
	case SCN_T_ID:
		scn_emit_text(&w->emit, *(const char *const *)field);
		break;
	case SCN_T_WORD:
		scn_emit_value(&w->emit, key->words[*(const uint8_t *)field]);
		break;
	case SCN_T_BOOL:
		scn_emit_bare(&w->emit, *(const bool *)field ? "true" : "false");
		break;
	case SCN_T_SEED:
		scn_write_bare(w, "%" PRIu64, *(const uint64_t *)field);
		break;
	case SCN_T_COUNT:
		scn_write_bare(w, "%" PRId64, *(const int64_t *)field);
		break;
	case SCN_T_SIZE:
		scn_emit_value(&w->emit, inj_print_size(*(const int64_t *)field, buf));
		break;
	case SCN_T_NUMBER:
		scn_write_bare(w, "%" PRIu32, *(const uint32_t *)field);
		break;
	case SCN_T_SECONDS:
		if (w->full)
			scn_write_bare(w, "%" PRIu32, *(const uint32_t *)field);
		else
			scn_write_bare(w, "%" PRIu32 "s", *(const uint32_t *)field);
		break;
	case SCN_T_DURATION:
		scn_emit_value(&w->emit, inj_print_duration(*(const rt_time *)field, buf));
		break;
	case SCN_T_SHUTDOWN:
		scn_emit_value(&w->emit, inj_print_shutdown(*(const int64_t *)field, buf));
		break;
	default:
		abort(); /* structured types are written where they belong */
	}
}
