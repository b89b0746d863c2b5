/* param.c - parameters of behaviours: a value is a number in the unit of its type, or the text of a path. */
#include "param.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

unsigned scn_param_count(const struct rt_behaviour *behaviour)
{
	unsigned count = 0;

	while (behaviour->params && count < RT_PARAMS_MAX && behaviour->params[count].name)
		count++;
	return count;
}

int scn_param_find(const struct rt_behaviour *behaviour, const char *name)
{
	for (unsigned i = 0; i < scn_param_count(behaviour); i++) {
		if (strcmp(behaviour->params[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

const struct rt_param *scn_param_needed(const struct rt_behaviour *behaviour)
{
	for (unsigned i = 0; i < scn_param_count(behaviour); i++) {
		if (behaviour->params[i].mandatory)
			return &behaviour->params[i];
	}
	return NULL;
}

/* --- from text ----------------------------------------------------------------------------------------- */

static bool is_number(enum rt_param_type type)
{
	return type == RT_PARAM_COUNT || type == RT_PARAM_DURATION || type == RT_PARAM_SIZE;
}

static int64_t count_words(const struct rt_param *param)
{
	int64_t count = 0;

	while (param->words[count])
		count++;
	return count;
}

static bool is_in_range(const struct rt_param *param, int64_t number)
{
	return !is_number(param->type) || (number >= param->min && number <= param->max);
}

bool scn_param_parse(const struct rt_param *param, const char *text, struct rt_setting *out)
{
	struct rt_setting setting = { .name = param->name };
	uint32_t share = 0;
	bool yes = false, good = false;

	switch (param->type) {
	case RT_PARAM_COUNT:
		good = inj_parse_count(text, &setting.number);
		break;
	case RT_PARAM_DURATION:
		good = inj_parse_duration(text, &setting.number);
		break;
	case RT_PARAM_SIZE:
		good = inj_parse_size(text, &setting.number);
		break;
	case RT_PARAM_SHARE:
		good = inj_parse_ppb(text, &share);
		setting.number = share;
		break;
	case RT_PARAM_BOOL:
		good = inj_parse_bool(text, &yes);
		setting.number = yes;
		break;
	case RT_PARAM_WORD:
		while (param->words[setting.number] && !good) {
			good = strcmp(param->words[setting.number], text) == 0;
			setting.number += !good;
		}
		break;
	case RT_PARAM_PATH:
		setting.text = text;
		good = true;
		break;
	case RT_PARAM_TYPES:
		break;
	}
	if (!good || !is_in_range(param, setting.number))
		return false;
	*out = setting;
	return true;
}

/* --- to text ------------------------------------------------------------------------------------------- */

static const char *print_number(const struct rt_param *param, int64_t number, char buf[INJ_VALUE_BUF])
{
	switch (param->type) {
	case RT_PARAM_COUNT:
		snprintf(buf, INJ_VALUE_BUF, "%" PRId64, number);
		return buf;
	case RT_PARAM_DURATION:
		return inj_print_duration(number, buf);
	case RT_PARAM_SIZE:
		return inj_print_size(number, buf);
	case RT_PARAM_SHARE:
		return inj_print_percent((uint32_t)number, buf);
	case RT_PARAM_BOOL:
		return number ? "true" : "false";
	case RT_PARAM_WORD:
		return param->words[number];
	case RT_PARAM_PATH:
	case RT_PARAM_TYPES:
		break;
	}
	return NULL;
}

/* A default that could not be written stands for no value at all. */
static bool has_fallback(const struct rt_param *param)
{
	switch (param->type) {
	case RT_PARAM_SHARE:
		return param->fallback >= 0 && param->fallback <= 1000000000;
	case RT_PARAM_BOOL:
		return true;
	case RT_PARAM_WORD:
		return param->fallback >= 0 && param->fallback < count_words(param);
	case RT_PARAM_PATH:
		return false;
	default:
		return is_in_range(param, param->fallback);
	}
}

const char *scn_param_fallback(const struct rt_param *param, char buf[INJ_VALUE_BUF])
{
	return param->mandatory || !has_fallback(param) ? NULL : print_number(param, param->fallback, buf);
}

const char *scn_param_value(const struct rt_param *param, const struct rt_child *child,
			    char buf[INJ_VALUE_BUF], bool *is_default)
{
	for (uint32_t i = 0; i < child->n_settings; i++) {
		const struct rt_setting *setting = &child->settings[i];
		if (strcmp(setting->name, param->name) != 0)
			continue;
		*is_default = param->type != RT_PARAM_PATH && !param->mandatory &&
			      setting->number == param->fallback;
		return param->type == RT_PARAM_PATH ? setting->text
						    : print_number(param, setting->number, buf);
	}
	*is_default = true;
	return scn_param_fallback(param, buf);
}

static void add_range(const struct rt_param *param, char *buf, size_t size)
{
	char low[INJ_VALUE_BUF], high[INJ_VALUE_BUF];
	size_t used = strlen(buf);

	if (param->max == INT64_MAX)
		snprintf(buf + used, size - used, " from %s up", print_number(param, param->min, low));
	else
		snprintf(buf + used, size - used, " from %s to %s", print_number(param, param->min, low),
			 print_number(param, param->max, high));
}

char *scn_param_wants(const struct rt_param *param, char *buf, size_t size)
{
	static const char *const texts[RT_PARAM_TYPES] = {
		[RT_PARAM_COUNT] = "a whole number",
		[RT_PARAM_DURATION] = "a duration such as 250ms or 5s,",
		[RT_PARAM_SIZE] = "a size such as 64KiB or 10MiB,",
		[RT_PARAM_SHARE] = "a share such as 5% or 0.05",
		[RT_PARAM_BOOL] = "true or false",
		[RT_PARAM_WORD] = "one of ",
		[RT_PARAM_PATH] = "the path of a worker or a supervisor such as core/db",
	};
	size_t used = (size_t)snprintf(buf, size, "%s", texts[param->type]);

	for (const char *const *word = param->words; param->type == RT_PARAM_WORD && *word && used < size;
	     word++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s", word == param->words ? "" : ", ",
					 *word);
	if (is_number(param->type) && used < size)
		add_range(param, buf, size);
	return buf;
}

/* --- of a child ---------------------------------------------------------------------------------------- */

const struct rt_behaviour *scn_behaviour(const struct rt_child *child)
{
	if (child->supervisor || child->behaviour)
		return child->supervisor ? NULL : child->behaviour;
	return rt_behaviour_find(child->worker ? child->worker : "server");
}

const struct scn_plugin *scn_behaviour_plugin(const struct scn_scenario *scenario,
					      const struct rt_behaviour *behaviour)
{
	for (const struct scn_plugin *file = scenario->plugins; file; file = file->next) {
		for (const struct rt_behaviour *const *row = file->plugin->behaviours; *row; row++) {
			if (*row == behaviour)
				return file;
		}
	}
	return NULL;
}
