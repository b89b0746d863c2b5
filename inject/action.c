/* action.c - one use of a fault: from keys and texts, back to them, and what does not go together.
 *
 * store() and given() mirror each other, and everything else goes through them, so that a key that can be
 * written can be read back.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "key.h"

#define NAMES_MAX 64

static bool by_percent(enum inj_mode mode)
{
	return mode == INJ_FIXED_PERCENT || mode == INJ_RANDOM_MAX_PERCENT;
}

/* The number of the key, INJ_KEY_COUNT if it is none that every action has. */
static enum inj_key_number find_key(const char *name)
{
	size_t number = 0;

	while (number < INJ_KEY_COUNT && strcmp(inj_keys[number].name, name) != 0)
		number++;
	return (enum inj_key_number)number;
}

/* Index in the row; -1: the fault has no such parameter. */
static int find_param(const struct inj_fault *fault, const char *name)
{
	for (int i = 0; fault->params[i].name != NULL; i++) {
		if (strcmp(fault->params[i].name, name) == 0)
			return i;
	}
	return -1;
}

static enum rt_status store_fault(struct inj_action *action, const char *name, struct rt_error *error)
{
	const struct inj_fault *fault = inj_fault_find(name);
	const char *names[NAMES_MAX], *meant;
	char quote[INJ_QUOTE_BUF];

	if (fault != NULL && action->fault != NULL && fault != action->fault)
		return rt_error_set(error, RT_EINVAL, "action: it is %s already", action->fault->name);
	if (fault != NULL) {
		action->fault = fault;
		return RT_OK;
	}
	assert(inj_faults_count <= NAMES_MAX);
	for (size_t i = 0; i < inj_faults_count; i++)
		names[i] = inj_faults[i].name;
	inj_quote(name, quote);
	meant = inj_did_you_mean(name, names, inj_faults_count);
	if (meant != NULL)
		return rt_error_set(error, RT_EINVAL, "there is no fault %s; did you mean %s?", quote, meant);
	return rt_error_set(error, RT_EINVAL, "there is no fault %s; `help faults` lists them", quote);
}

static const char *trigger_key(const struct inj_action *action)
{
	static const enum inj_key_number keys[] = {
		[INJ_AT] = INJ_KEY_AT,
		[INJ_EVERY] = INJ_KEY_EVERY,
		[INJ_AFTER_MESSAGES] = INJ_KEY_AFTER_MESSAGES,
		[INJ_AFTER_RESTARTS] = INJ_KEY_AFTER_RESTARTS,
		[INJ_ON] = INJ_KEY_ON_EVENT,
	};

	return inj_keys[keys[action->trigger]].name;
}

static bool has_trigger(const struct inj_action *action)
{
	return action->trigger != INJ_NOW && action->trigger != INJ_CHANCE;
}

static enum rt_status store_trigger(struct inj_action *action, enum inj_trigger trigger, const char *key,
				    struct rt_error *error)
{
	if (has_trigger(action) && action->trigger != trigger)
		return rt_error_set(error, RT_EINVAL,
				    "%s: an action has one trigger, and this one has `%s` already", key,
				    trigger_key(action));
	action->trigger = trigger;
	return RT_OK;
}

static enum rt_status store(struct inj_action *action, enum inj_key_number number,
			    const struct inj_value *value, struct rt_error *error)
{
	const char *key = inj_keys[number].name;
	enum rt_status status = RT_OK;

	switch (number) {
	case INJ_KEY_ACTION:
		return store_fault(action, value->text, error);
	case INJ_KEY_ID:
		action->id = value->text;
		break;
	case INJ_KEY_TARGET:
		action->target = value->text;
		break;
	case INJ_KEY_MODE:
		action->mode = (enum inj_mode)value->number;
		break;
	case INJ_KEY_VALUE:
		action->value = value->number;
		break;
	case INJ_KEY_AT:
		status = store_trigger(action, INJ_AT, key, error);
		if (status == RT_OK)
			action->at = value->number;
		break;
	case INJ_KEY_EVERY:
		status = store_trigger(action, INJ_EVERY, key, error);
		if (status == RT_OK)
			action->every = value->number;
		break;
	case INJ_KEY_AFTER_MESSAGES:
		status = store_trigger(action, INJ_AFTER_MESSAGES, key, error);
		if (status == RT_OK)
			action->after_count = value->number;
		break;
	case INJ_KEY_AFTER_RESTARTS:
		status = store_trigger(action, INJ_AFTER_RESTARTS, key, error);
		if (status == RT_OK)
			action->after_count = value->number;
		break;
	case INJ_KEY_AFTER_OF:
		action->after_of = value->text;
		break;
	case INJ_KEY_ON_EVENT:
		status = store_trigger(action, INJ_ON, key, error);
		if (status == RT_OK)
			action->on_event = value->text;
		break;
	case INJ_KEY_ON_OF:
		action->on_of = value->text;
		break;
	case INJ_KEY_PROBABILITY:
		action->has_probability = true;
		action->probability_ppb = (uint32_t)value->number;
		if (!has_trigger(action))
			action->trigger = INJ_CHANCE;
		break;
	case INJ_KEY_TIMES:
		action->has_times = true;
		action->times = (uint32_t)value->number;
		break;
	case INJ_KEY_SKIP:
		action->skip = (uint32_t)value->number;
		break;
	case INJ_KEY_COOLDOWN:
		action->cooldown = value->number;
		break;
	case INJ_KEY_DURATION:
		action->has_duration = true;
		action->duration = value->number;
		break;
	case INJ_KEY_REQUIRED:
		action->has_required = true;
		action->required = value->number != 0;
		break;
	case INJ_KEY_COUNT:
		assert(!"not a key");
	}
	return status;
}

/* A value that is `given` if the key says something that its absence would not. */
static struct inj_value given(const struct inj_action *action, enum inj_key_number number)
{
	const struct inj_value absent = { false, 0, NULL };
#define NUMBER(is_given, value)                                                                              \
	(struct inj_value)                                                                                   \
	{                                                                                                    \
		(is_given), (int64_t)(value), NULL                                                           \
	}
#define TEXT(value)                                                                                          \
	(struct inj_value)                                                                                   \
	{                                                                                                    \
		(value) != NULL, 0, (value)                                                                  \
	}

	switch (number) {
	case INJ_KEY_ACTION:
		return action->fault != NULL ? TEXT(action->fault->name) : absent;
	case INJ_KEY_ID:
		return TEXT(action->id);
	case INJ_KEY_TARGET:
		return TEXT(action->target);
	case INJ_KEY_MODE:
		return NUMBER(action->mode != INJ_ALL, action->mode);
	case INJ_KEY_VALUE:
		return NUMBER(action->value != 0, action->value);
	case INJ_KEY_AT:
		return NUMBER(action->trigger == INJ_AT, action->at);
	case INJ_KEY_EVERY:
		return NUMBER(action->trigger == INJ_EVERY, action->every);
	case INJ_KEY_AFTER_MESSAGES:
		return NUMBER(action->trigger == INJ_AFTER_MESSAGES, action->after_count);
	case INJ_KEY_AFTER_RESTARTS:
		return NUMBER(action->trigger == INJ_AFTER_RESTARTS, action->after_count);
	case INJ_KEY_AFTER_OF:
		return TEXT(action->after_of);
	case INJ_KEY_ON_EVENT:
		if (action->trigger != INJ_ON)
			return absent;
		return NUMBER(true, inj_event_find(action->on_event));
	case INJ_KEY_ON_OF:
		return TEXT(action->on_of);
	case INJ_KEY_PROBABILITY:
		return NUMBER(action->has_probability, action->probability_ppb);
	case INJ_KEY_TIMES:
		return NUMBER(action->has_times, action->times);
	case INJ_KEY_SKIP:
		return NUMBER(action->skip != 0, action->skip);
	case INJ_KEY_COOLDOWN:
		return NUMBER(action->cooldown != 0, action->cooldown);
	case INJ_KEY_DURATION:
		return NUMBER(action->has_duration, action->duration);
	case INJ_KEY_REQUIRED:
		return NUMBER(action->has_required, action->required);
	case INJ_KEY_COUNT:
		break;
	}
#undef NUMBER
#undef TEXT
	assert(!"not a key");
	return absent;
}

static enum rt_status refuse_key(const struct inj_fault *fault, const char *key, struct rt_error *error)
{
	const char *names[INJ_KEY_COUNT + INJ_PARAMS_MAX], *meant;
	char quote[INJ_QUOTE_BUF], list[120] = "";
	size_t count = 0, used = 0;

	for (size_t i = 0; fault->params[i].name != NULL; i++) {
		names[count++] = fault->params[i].name;
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i > 0 ? ", " : "",
					 fault->params[i].name);
		assert(used < sizeof(list));
	}
	for (size_t i = 0; i < INJ_KEY_COUNT; i++)
		names[count++] = inj_keys[i].name;
	inj_quote(key, quote);
	if (strcmp(key, "after") == 0)
		return rt_error_set(error, RT_EINVAL, "after: write after.messages or after.restarts");
	if (strcmp(key, "on") == 0)
		return rt_error_set(error, RT_EINVAL, "on: write on.event");
	meant = inj_did_you_mean(key, names, count);
	if (meant != NULL)
		return rt_error_set(error, RT_EINVAL, "%s has no key %s; did you mean %s?", fault->name,
				    quote, meant);
	if (used == 0)
		return rt_error_set(error, RT_EINVAL,
				    "%s has no key %s; it has none but those of every action", fault->name,
				    quote);
	return rt_error_set(error, RT_EINVAL, "%s has no key %s; it has %s and the keys of every action",
			    fault->name, quote, list);
}

enum rt_status inj_action_set(struct inj_action *action, const char *key, const char *text,
			      struct rt_error *error)
{
	enum inj_key_number number = find_key(key);
	struct inj_param param;
	struct inj_value value;
	enum rt_status status;
	int index;

	if (number != INJ_KEY_COUNT) {
		param = inj_key_param(number);
		status = inj_key_read(&param, text, &value, error);
		return status == RT_OK ? store(action, number, &value, error) : status;
	}
	if (action->fault == NULL)
		return rt_error_set(error, RT_EINVAL,
				    "action is missing: say which fault before its parameters");
	index = find_param(action->fault, key);
	if (index < 0)
		return refuse_key(action->fault, key, error);
	return inj_key_read(&action->fault->params[index], text, &action->params[index], error);
}

/* Of the keys that the action may not have as it is: what is wrong with this one?  Null: nothing. */
static const char *misplaced(const struct inj_action *action, enum inj_key_number number)
{
	bool once = action->trigger == INJ_NOW || action->trigger == INJ_AT;
	bool arms = inj_chance_opens(action->fault->chance);

	switch (number) {
	case INJ_KEY_MODE:
		if (action->mode > INJ_ONE && action->value == 0)
			return "this mode needs `value`";
		break;
	case INJ_KEY_VALUE:
		if (action->mode <= INJ_ONE)
			return "it goes with the modes fixed, fixed-percent and random-max-percent";
		if (by_percent(action->mode) && action->value > 100)
			return "of the percent modes it is 1 to 100";
		break;
	case INJ_KEY_AFTER_OF:
		if (action->trigger != INJ_AFTER_MESSAGES && action->trigger != INJ_AFTER_RESTARTS)
			return "it goes with after.messages or after.restarts";
		break;
	case INJ_KEY_ON_OF:
		if (action->trigger != INJ_ON)
			return "it goes with on.event";
		break;
	case INJ_KEY_TIMES:
		if (once && !arms && action->times != 1)
			return "without a trigger, or with `at`, it happens once; `every` repeats it";
		break;
	case INJ_KEY_SKIP:
		if (once && !arms)
			return "without a trigger, or with `at`, there is one chance only, and this skips it";
		break;
	case INJ_KEY_COOLDOWN:
		if (once && !arms)
			return "without a trigger, or with `at`, it happens once; `every` repeats it";
		break;
	case INJ_KEY_DURATION:
		if (!action->fault->lasting)
			return "this fault does not last, so there is nothing to end";
		break;
	default:
		break;
	}
	return NULL;
}

/* Nothing is left for the other side.  Paths that only patterns know may still come, so patterns are taken at
 * their word unless they are the same. */
static bool divides_nothing(const struct inj_action *action)
{
	const char *target = action->target, *from;
	size_t length = strlen(target);

	if (!action->fault->divides || !action->params[INJ_P_FROM].given)
		return false;
	from = action->params[INJ_P_FROM].text;
	if (strcmp(from, target) == 0)
		return inj_pattern_is_path(target) || action->mode == INJ_ALL;
	return inj_pattern_is_path(target) && strncmp(from, target, length) == 0 && from[length] == '/';
}

enum rt_status inj_action_check(const struct inj_action *action, const char **key, struct rt_error *error)
{
	const struct inj_fault *fault = action->fault;
	bool some = false;

	*key = inj_keys[INJ_KEY_ACTION].name;
	if (fault == NULL)
		return rt_error_set(error, RT_EINVAL, "action is missing: say which fault");
	*key = inj_keys[INJ_KEY_TARGET].name;
	if (action->target == NULL)
		return rt_error_set(error, RT_EINVAL, "%s needs a target, %s", fault->name,
				    inj_type_text(INJ_PATH));
	for (size_t i = 0; fault->params[i].name != NULL; i++) {
		*key = fault->params[i].name;
		some = some || action->params[i].given;
		if (fault->params[i].mandatory && !action->params[i].given)
			return rt_error_set(error, RT_EINVAL, "%s needs %s: %s", fault->name,
					    fault->params[i].name, fault->params[i].help);
	}
	if (divides_nothing(action)) {
		*key = fault->params[INJ_P_FROM].name;
		return rt_error_set(error, RT_EINVAL,
				    "%s: all of it is on the target's side, and nothing on the other", *key);
	}
	*key = inj_keys[INJ_KEY_ACTION].name;
	if (fault->some_param && !some) {
		char list[120] = "";
		size_t used = 0;

		for (size_t i = 0; fault->params[i].name != NULL; i++) {
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i > 0 ? ", " : "",
						 fault->params[i].name);
			assert(used < sizeof(list));
		}
		return rt_error_set(error, RT_EINVAL, "%s needs at least one of %s", fault->name, list);
	}
	for (size_t number = 0; number < INJ_KEY_COUNT; number++) {
		const char *fault_text;

		if (!given(action, (enum inj_key_number)number).given)
			continue;
		fault_text = misplaced(action, (enum inj_key_number)number);
		*key = inj_keys[number].name;
		if (fault_text != NULL)
			return rt_error_set(error, RT_EINVAL, "%s: %s", *key, fault_text);
	}
	*key = NULL;
	return RT_OK;
}

void inj_action_each(const struct inj_action *action, inj_key_fn *fn, void *ctx)
{
	char buf[INJ_VALUE_BUF];

	for (size_t number = 0; number < INJ_KEY_COUNT; number++) {
		struct inj_param param = inj_key_param((enum inj_key_number)number);
		struct inj_value value = given(action, (enum inj_key_number)number);

		if (value.given)
			fn(ctx, param.name, param.type, inj_key_print(&param, &value, buf));
	}
	for (size_t i = 0; action->fault != NULL && action->fault->params[i].name != NULL; i++) {
		const struct inj_param *param = &action->fault->params[i];

		if (action->params[i].given)
			fn(ctx, param->name, param->type, inj_key_print(param, &action->params[i], buf));
	}
}

bool inj_action_required(const struct inj_action *action)
{
	return action->has_required ? action->required : !action->has_probability;
}

uint32_t inj_action_times(const struct inj_action *action)
{
	if (action->has_times)
		return action->times;
	return action->trigger == INJ_EVERY || action->has_probability ? 0 : 1;
}
