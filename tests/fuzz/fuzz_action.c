/* fuzz_action.c - any keys with any values: an action is set, refused, checked, and read back as written.
 *
 * The input is text: key=value pairs, one a line.  A key that is a number picks one from the tables, so that
 * the fuzzer comes to them soon.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "inject/inject.h"

#define PAIRS_MAX 64

struct written {
	size_t count;
	char *key[PAIRS_MAX], *text[PAIRS_MAX];
};

static void write_down(void *ctx, const char *key, enum inj_type type, const char *text)
{
	struct written *written = ctx;

	assert(inj_type_text(type) != NULL && written->count < PAIRS_MAX);
	written->key[written->count] = strdup(key);
	written->text[written->count] = strdup(text);
	written->count++;
}

static void forget(struct written *written)
{
	for (size_t i = 0; i < written->count; i++) {
		free(written->key[i]);
		free(written->text[i]);
	}
}

static const char *key_of(const struct inj_action *action, const char *text)
{
	size_t number, params = 0;

	if (*text < '0' || *text > '9')
		return text;
	number = strtoul(text, NULL, 10) % (inj_keys_count + INJ_PARAMS_MAX);
	if (number < inj_keys_count)
		return inj_keys[number].name;
	while (action->fault != NULL && action->fault->params[params].name != NULL)
		params++;
	return params > 0 ? action->fault->params[number % params].name : "none";
}

static void set(struct inj_action *action, const char *key, const char *value)
{
	struct inj_action before = *action;
	struct rt_error error = { 0 };
	enum rt_status status = inj_action_set(action, key_of(action, key), value, &error);

	if (status == RT_OK)
		return;
	assert(status == RT_EINVAL && error.code == RT_EINVAL && error.text[0] != '\0');
	assert(memcmp(&before, action, sizeof(before)) == 0);
	for (const char *c = error.text; *c != '\0'; c++)
		assert((unsigned char)*c >= ' ' && *c != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *rest = text;
	struct inj_action action = { 0 }, back = { 0 };
	struct written written = { 0 }, again = { 0 };
	struct rt_error error = { 0 };
	const char *blamed;

	assert(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		char *value = strchr(line, '=');

		if (value == NULL)
			continue;
		*value++ = '\0';
		set(&action, line, value);
	}
	if (inj_action_check(&action, &blamed, &error) != RT_OK)
		assert(blamed != NULL && error.text[0] != '\0');
	inj_action_each(&action, write_down, &written);
	for (size_t i = 0; i < written.count; i++) {
		enum rt_status status = inj_action_set(&back, written.key[i], written.text[i], NULL);

		assert(status == RT_OK);
	}
	inj_action_each(&back, write_down, &again);
	assert(written.count == again.count);
	for (size_t i = 0; i < written.count; i++)
		assert(strcmp(written.key[i], again.key[i]) == 0 &&
		       strcmp(written.text[i], again.text[i]) == 0);
	/* The two texts of a pattern and a path may be anything, too. */
	if (action.target != NULL && action.after_of != NULL)
		(void)inj_pattern_match(action.target, action.after_of);
	forget(&written);
	forget(&again);
	free(text);
	return 0;
}
