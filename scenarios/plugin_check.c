/* plugin_check.c - are the tables of a plugin what a scenario can rely on?  Whoever wrote them is told the
 * first thing that is wrong, by the name of its row. */
#include "plugin.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LENGTH 64
#define BEHAVIOURS_MAX  1000
#define WORDS_MAX       64

static bool is_name(const char *text)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789-";
	size_t length = strnlen(text, NAME_MAX_LENGTH + 1);

	return length > 0 && length <= NAME_MAX_LENGTH && strchr(first, text[0]) &&
	       strspn(text, rest) == length;
}

static bool is_help(const char *text)
{
	return text && *text && !text[strcspn(text, "\n\r\t\033")];
}

/* --- parameters ---------------------------------------------------------------------------------------- */

struct row {
	const struct rt_behaviour *behaviour;
	const struct rt_param *param;
	struct rt_error *error;
};

__attribute__((format(printf, 2, 3))) static enum rt_status fault(const struct row *row, const char *format,
								  ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return rt_error_set(row->error, RT_EINVAL, "parameter '%s' of behaviour '%s' %s", row->param->name,
			    row->behaviour->name, text);
}

static enum rt_status check_words(const struct row *row)
{
	const char *const *words = row->param->words;
	int64_t count = 0;

	if (!words || !words[0])
		return fault(row, "has no list of words");
	while (count < WORDS_MAX && words[count]) {
		if (!is_name(words[count]))
			return fault(row, "has a word that is no name");
		for (int64_t i = 0; i < count; i++)
			if (strcmp(words[i], words[count]) == 0)
				return fault(row, "has the word '%s' twice", words[i]);
		count++;
	}
	if (count == WORDS_MAX)
		return fault(row, "has more than %d words; does the list end in NULL?", WORDS_MAX - 1);
	if (!row->param->mandatory && (row->param->fallback < -1 || row->param->fallback >= count))
		return fault(row, "has the default %" PRId64 ", which is not the index of one of its words",
			     row->param->fallback);
	return RT_OK;
}

/* A default of `none` stands for no value. */
static enum rt_status check_range(const struct row *row, int64_t min, int64_t max, int64_t none)
{
	const struct rt_param *param = row->param;

	if (min > max)
		return fault(row, "has the range from %" PRId64 " to %" PRId64 ", in which nothing is", min,
			     max);
	if (!param->mandatory && param->fallback != none && (param->fallback < min || param->fallback > max))
		return fault(row, "has the default %" PRId64 ", which is not from %" PRId64 " to %" PRId64,
			     param->fallback, min, max);
	return RT_OK;
}

static enum rt_status check_param(const struct row *row)
{
	const struct rt_param *param = row->param;

	for (const struct rt_param *other = row->behaviour->params; other < param; other++)
		if (strcmp(other->name, param->name) == 0)
			return fault(row, "is there twice");
	/* The keys that are beside it in a scenario. */
	if (strcmp(param->name, "plugin") == 0 || strcmp(param->name, "behaviour") == 0)
		return fault(row, "needs another name: this one is taken");
	if (!is_help(param->help))
		return fault(row, "has no line of help");
	switch (param->type) {
	case RT_PARAM_COUNT:
		return check_range(row, param->min, param->max, 0);
	case RT_PARAM_DURATION:
	case RT_PARAM_SIZE:
		if (param->min < 0)
			return fault(row, "has a range that begins below 0");
		return check_range(row, param->min, param->max, 0);
	case RT_PARAM_SHARE:
		return check_range(row, 0, 1000000000, -1);
	case RT_PARAM_BOOL:
		return check_range(row, 0, 1, 0);
	case RT_PARAM_WORD:
		return check_words(row);
	case RT_PARAM_PATH:
		return RT_OK;
	case RT_PARAM_TYPES:
		break;
	}
	return fault(row, "has no type that worker.h has");
}

/* --- behaviours ---------------------------------------------------------------------------------------- */

static enum rt_status check_params(const struct rt_behaviour *behaviour, struct rt_error *error)
{
	unsigned count = 0;

	for (const struct rt_param *param = behaviour->params; param && param->name; param++, count++) {
		struct row row = { behaviour, param, error };
		if (count == RT_PARAMS_MAX)
			return rt_error_set(
				error, RT_EINVAL,
				"behaviour '%s' has more than %d parameters; does the list end in a "
				"row without a name?",
				behaviour->name, RT_PARAMS_MAX);
		if (!is_name(param->name))
			return rt_error_set(
				error, RT_EINVAL,
				"parameter %u of behaviour '%s' has a name that is none: letters, "
				"digits, _ and -",
				count + 1, behaviour->name);
		enum rt_status status = check_param(&row);
		if (status != RT_OK)
			return status;
	}
	return RT_OK;
}

static bool has_param(const struct rt_behaviour *behaviour, const char *name)
{
	for (const struct rt_param *param = behaviour->params; param && param->name; param++) {
		if (strcmp(param->name, name) == 0)
			return true;
	}
	return false;
}

enum rt_status scn_behaviour_check(const struct rt_behaviour *behaviour, struct rt_error *error)
{
	const char *name = behaviour->name;

	if (!name || !is_name(name))
		return rt_error_set(error, RT_EINVAL,
				    "a behaviour has no name, or one that is none: letters, digits, _ and -");
	if (!is_help(behaviour->help))
		return rt_error_set(error, RT_EINVAL, "behaviour '%s' has no line of help", name);
	if (!behaviour->handle)
		return rt_error_set(error, RT_EINVAL, "behaviour '%s' has no function `handle`", name);
	if (behaviour->state > SCN_STATE_MAX)
		return rt_error_set(error, RT_EINVAL, "behaviour '%s' has a state of %zu bytes; at most %zu",
				    name, behaviour->state, SCN_STATE_MAX);
	enum rt_status status = check_params(behaviour, error);
	if (status == RT_OK && behaviour->ended_by && !has_param(behaviour, behaviour->ended_by))
		status = rt_error_set(error, RT_EINVAL,
				      "behaviour '%s' is ended by a parameter that it lacks", name);
	return status;
}

enum rt_status scn_plugin_check(const struct rt_plugin *plugin, struct rt_error *error)
{
	const struct rt_behaviour *const *rows;
	unsigned count = 0;

	if (plugin->version != RT_PLUGIN_VERSION)
		return rt_error_set(error, RT_EINVAL,
				    "it was built with version %" PRIu32
				    " of worker.h, and this treefall has version %d; build it again",
				    plugin->version, RT_PLUGIN_VERSION);
	rows = plugin->behaviours;
	for (; rows && rows[count]; count++) {
		if (count == BEHAVIOURS_MAX)
			return rt_error_set(
				error, RT_EINVAL,
				"it has more than %d behaviours; does the list end in NULL?",
				BEHAVIOURS_MAX);
		enum rt_status status = scn_behaviour_check(rows[count], error);
		if (status != RT_OK)
			return status;
		for (unsigned i = 0; i < count; i++)
			if (strcmp(rows[i]->name, rows[count]->name) == 0)
				return rt_error_set(error, RT_EINVAL, "behaviour '%s' is there twice",
						    rows[i]->name);
	}
	if (count == 0)
		return rt_error_set(error, RT_EINVAL, "it has no behaviour");
	return RT_OK;
}
