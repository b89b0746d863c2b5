/* cli_compare.c - a column for each scenario, a row for each thing that can be compared.
 *
 * The rows are a table: a word, and a function that says it of one run, as text and as an integer.
 */
#include "cli_compare.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "table.h"
#include "work_text.h"

struct sh_contender {
	char *file, *name;
	uint64_t seed;
	enum scn_verdict verdict;
	unsigned restarts, escalations;
	struct scn_work work;
	struct scn_downtime downtime;
};

void sh_compare_add(struct sh_comparison *comparison, const char *file, struct scn_world *world,
		    const struct scn_result *result)
{
	comparison->item = sh_grow(comparison->item, comparison->count, &comparison->capacity,
				   sizeof(*comparison->item));
	struct sh_contender *item = &comparison->item[comparison->count++];
	*item = (struct sh_contender){ .file = sh_strdup(file),
				       .name = sh_strdup(scn_world_scenario(world)->name),
				       .seed = rt_seed(scn_world_rt(world)),
				       .verdict = result->verdict,
				       .restarts = result->restarts,
				       .escalations = result->escalations };
	if (scn_world_work(world, &item->work) != RT_OK)
		memset(&item->work, 0, sizeof(item->work));
	(void)scn_world_downtime(world, &item->downtime);
}

/* --- the rows ------------------------------------------------------------------------------------------ */

enum unit { NUMBER, SHARE, DURATION, RECOVERY };

/* Word, unit, style of what is not 0, where it is.  Below 0 there is none. */
#define ROW_LIST(X)                                                                                          \
	X("offered", NUMBER, SH_PLAIN, (int64_t)c->work.offered)                                             \
	X("served", NUMBER, SH_PLAIN, (int64_t)c->work.ended[RT_SERVED])                                     \
	X("degraded", NUMBER, SH_PLAIN, (int64_t)c->work.ended[RT_DEGRADED])                                 \
	X("failed", NUMBER, SH_PLAIN, (int64_t)c->work.ended[RT_FAILED])                                     \
	X("lost", NUMBER, SH_PLAIN, (int64_t)c->work.ended[RT_LOST])                                         \
	X("swallowed", NUMBER, SH_BAD, (int64_t)c->work.ended[RT_SWALLOWED])                                 \
	X("wrong", NUMBER, SH_BAD, (int64_t)c->work.ended[RT_WRONG])                                         \
	X("repeated", NUMBER, SH_PLAIN, (int64_t)c->work.repeated)                                           \
	X("in flight", NUMBER, SH_PLAIN, (int64_t)c->work.in_flight)                                         \
	X("availability", SHARE, SH_PLAIN, c->work.availability)                                             \
	X("latency p99", DURATION, SH_PLAIN, c->work.latency_p99)                                            \
	X("process downtime", DURATION, SH_PLAIN, c->downtime.sum)                                           \
	X("service outage", DURATION, SH_PLAIN, c->work.outage)                                              \
	X("longest outage", DURATION, SH_PLAIN, c->work.outage_max)                                          \
	X("restarts", NUMBER, SH_PLAIN, (int64_t)c->restarts)                                         \
	X("recovery time", RECOVERY, SH_PLAIN, c->downtime.recovery)

#define X(word, unit, style, value) +1
enum { ROWS = 0 ROW_LIST(X) };
#undef X
static const struct row {
	const char *word;
	enum unit unit;
	enum sh_style style;
} rows[ROWS] = {
#define X(word, unit, style, value) { word, unit, style },
	ROW_LIST(X)
#undef X
};

static void values_of(const struct sh_contender *c, int64_t values[ROWS])
{
	const int64_t all[ROWS] = {
#define X(word, unit, style, value) value,
		ROW_LIST(X)
#undef X
	};
	memcpy(values, all, sizeof(all));
}

/* --- for people ---------------------------------------------------------------------------------------- */

static void add_value(struct sh_table *table, const struct row *row, int64_t value)
{
	char buf[INJ_VALUE_BUF];
	enum sh_style style = value > 0 ? row->style : SH_PLAIN;
	if (row->unit == RECOVERY && value < 0)
		snprintf(buf, sizeof(buf), "never");
	else if (row->unit == NUMBER)
		snprintf(buf, sizeof(buf), "%lld", (long long)value);
	else if (row->unit == SHARE)
		sh_brief_share(value, buf);
	else
		sh_brief_duration(value, buf);
	sh_table_add(table, style, "%s", buf);
}

static bool seeds_differ(const struct sh_comparison *comparison)
{
	for (size_t i = 1; i < comparison->count; i++)
		if (comparison->item[i].seed != comparison->item[0].seed)
			return true;
	return false;
}

void sh_compare_print(const struct sh_comparison *comparison, struct sh_output *out)
{
	struct sh_table table = { .columns = (unsigned)comparison->count + 1 };
	if (!comparison->count)
		return;
	int64_t(*values)[ROWS] = sh_alloc(comparison->count * sizeof(*values));
	sh_table_add(&table, SH_DIM, "%s", "");
	for (size_t i = 0; i < comparison->count; i++) {
		values_of(&comparison->item[i], values[i]);
		sh_table_add(&table, SH_BOLD, "%s", comparison->item[i].name);
	}
	for (size_t row = 0; row < ROWS; row++) {
		sh_table_add(&table, SH_PLAIN, "%s", rows[row].word);
		for (size_t i = 0; i < comparison->count; i++)
			add_value(&table, &rows[row], values[i][row]);
	}
	sh_table_add(&table, SH_PLAIN, "verdict");
	for (size_t i = 0; i < comparison->count; i++) {
		enum scn_verdict verdict = comparison->item[i].verdict;
		sh_table_add(&table, verdict == SCN_PASS ? SH_GOOD : SH_BAD, "%s", scn_verdict_word(verdict));
	}
	sh_put(out, "\n");
	sh_table_print(&table, out, sh_output_width(out));
	if (seeds_differ(comparison))
		sh_put(out, "the seeds differ, so this is not the same load; --seed gives all the same\n");
	sh_table_fini(&table);
	free(values);
}

/* --- for programs -------------------------------------------------------------------------------------- */

static void add_duration(struct sh_text *to, const char *name, rt_time value)
{
	if (value < 0)
		sh_text_printf(to, ",\"%s\":null", name);
	else
		sh_text_printf(to, ",\"%s\":%lld", name, (long long)value);
}

void sh_compare_json(const struct sh_comparison *comparison, struct sh_output *out)
{
	struct sh_text line = { 0 };
	sh_text_printf(&line, "{\"comparison\":[");
	for (size_t i = 0; i < comparison->count; i++) {
		const struct sh_contender *c = &comparison->item[i];
		sh_text_printf(&line, "%s{\"file\":", i ? "," : "");
		sh_text_json(&line, c->file);
		sh_text_printf(&line, ",\"name\":");
		sh_text_json(&line, c->name);
		sh_text_printf(&line, ",\"verdict\":\"%s\",\"seed\":%llu,\"work\":",
			       scn_verdict_word(c->verdict), (unsigned long long)c->seed);
		sh_work_object(&line, &c->work);
		sh_text_printf(&line, ",\"restarts\":%u,\"escalations\":%u", c->restarts,
			       c->escalations);
		add_duration(&line, "downtime_ns", c->downtime.sum);
		add_duration(&line, "recovery_time_ns", c->downtime.recovery);
		sh_text_printf(&line, "}");
	}
	sh_text_printf(&line, "]}\n");
	sh_put(out, line.text);
	sh_text_fini(&line);
}

void sh_compare_fini(struct sh_comparison *comparison)
{
	for (size_t i = 0; i < comparison->count; i++) {
		free(comparison->item[i].file);
		free(comparison->item[i].name);
	}
	free(comparison->item);
	*comparison = (struct sh_comparison){ 0 };
}
