/* deed.c - actions and expectations as text, and back. */
#include "deed.h"

#include "arena.h"
#include "words.h"
#include "world.h"

#include <string.h>

void scn_deed_fini(struct scn_deed *deed)
{
	scn_mem_free(deed->words);
	scn_mem_free(deed->told);
}

struct writing {
	struct scn_text words, told;
};

static void write_key(void *ctx, const char *key, enum inj_type type, const char *text)
{
	struct writing *writing = ctx;

	(void)type;
	scn_text_put(&writing->words, key, strlen(key) + 1);
	scn_text_put(&writing->words, text, strlen(text) + 1);
	if (strcmp(key, "action") == 0 || strcmp(key, "target") == 0)
		scn_text_format(&writing->told, "%s%s", writing->told.length > 0 ? " " : "", text);
	else
		scn_text_format(&writing->told, " %s=%s", key, text);
}

static enum rt_status take(struct scn_deed *deed, const struct writing *writing, bool expectation)
{
	*deed = (struct scn_deed){
		.expectation = expectation,
		.words = writing->words.data,
		.told = writing->told.data,
	};
	if (!writing->words.failed && !writing->told.failed)
		return RT_OK;
	scn_deed_fini(deed);
	return RT_ENOMEM;
}

enum rt_status scn_deed_of_action(struct scn_deed *deed, const struct inj_action *action)
{
	struct writing writing = { .words = { .data = NULL } };

	inj_action_each(action, write_key, &writing);
	scn_text_put(&writing.words, "", 1);
	return take(deed, &writing, false);
}

enum rt_status scn_deed_of_probe(struct scn_deed *deed, const struct scn_probe *probe)
{
	struct writing writing = { .words = { .data = NULL } };

	scn_words_probe(&writing.words, probe);
	if (!writing.words.failed)
		scn_text_format(&writing.told, "expect %s", writing.words.data);
	return take(deed, &writing, true);
}

/* The ends of its parts included. */
static size_t size_of(const struct scn_deed *deed)
{
	size_t size = 0;

	if (deed->expectation)
		return strlen(deed->words) + 1;
	while (deed->words[size] != '\0')
		for (unsigned i = 0; i < 2; i++)
			size += strlen(deed->words + size) + 1;
	return size + 1;
}

enum rt_status scn_deed_copy(struct scn_deed *to, const struct scn_deed *from)
{
	size_t size = size_of(from);

	*to = *from;
	to->words = scn_mem_alloc(size);
	to->told = scn_mem_alloc(strlen(from->told) + 1);
	if (to->words && to->told) {
		memcpy(to->words, from->words, size);
		strcpy(to->told, from->told);
		return RT_OK;
	}
	scn_deed_fini(to);
	return RT_ENOMEM;
}

enum rt_status scn_deed_do(struct scn_world *world, const struct scn_deed *deed, unsigned *targets)
{
	struct inj_action action = { .fault = NULL };

	if (deed->expectation)
		return scn_world_expect_text(world, deed->words);
	for (const char *key = deed->words; *key != '\0';) {
		const char *text = key + strlen(key) + 1;
		enum rt_status status = inj_action_set(&action, key, text, NULL);
		if (status != RT_OK)
			return status;
		key = text + strlen(text) + 1;
	}
	return scn_world_input(world, &action, targets);
}
