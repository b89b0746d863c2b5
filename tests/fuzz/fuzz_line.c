/* fuzz_line.c - random command lines against words, lookup and completion, and against a session with a small
 * tree.  The first byte says how many lines a session lives at most; files are out of reach.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell/complete.h"
#include "shell/session.h"
#include "shell/words.h"

static const char tree[] = "version: 1\n"
			   "name: small\n"
			   "limits: {time: 10s, events: 3000, events_at_one_instant: 1000}\n"
			   "tree:\n"
			   "  id: core\n"
			   "  strategy: rest_for_one\n"
			   "  intensity: 3\n"
			   "  children:\n"
			   "    - {id: storage, worker: server}\n"
			   "    - {id: cache, worker: server}\n"
			   "    - id: pool\n"
			   "      strategy: simple_one_for_one\n"
			   "      template: {worker: server}\n"
			   "      start: 2\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the words are, typed again with quotes they are the same. */
static void check_words(const char *line, size_t length)
{
	struct sh_words words;
	(void)sh_words_split(line, length, &words);
	for (size_t i = 0; i < words.count; i++) {
		const struct sh_word *word = &words.item[i];
		struct sh_words again;
		assert(word->start < word->end && word->end <= length);
		assert(!i || words.item[i - 1].end <= word->start);
		char *quoted = sh_word_quote(word->text);
		bool whole = sh_words_split(quoted, strlen(quoted), &again);
		assert(whole && again.count == 1 && !strcmp(again.item[0].text, word->text));
		sh_words_fini(&again);
		free(quoted);
	}
	sh_words_fini(&words);
}

/* Each candidate continues the word at the cursor. */
static void check_completion(struct sh_session *session, const char *line, size_t point)
{
	struct sh_facts facts = sh_session_facts(session);
	struct sh_candidates candidates;
	struct sh_words words;
	sh_complete(line, point, &facts, &candidates);
	(void)sh_words_split(line, point, &words);
	assert(candidates.start <= point);
	const char *prefix = words.count && words.item[words.count - 1].end == point
				     ? words.item[words.count - 1].text
				     : "";
	for (size_t i = 0; i < candidates.count; i++)
		assert(!strncmp(candidates.item[i].text, prefix, strlen(prefix)));
	char *common = sh_candidates_common(&candidates);
	assert(!candidates.count == !common);
	free(common);
	sh_words_fini(&words);
	sh_candidates_fini(&candidates);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > 4096)
		return 0;
	FILE *null = fopen("/dev/null", "w");
	assert(null);
	struct sh_output out = { .to = null };
	struct sh_session session;
	sh_session_init(&session, &out, &out);
	session.no_files = true;
	enum sh_code code = sh_session_load_text(&session, "small.yaml", tree, strlen(tree));
	assert(code == SH_OK);
	unsigned left = 1 + data[0] % 16;
	char *text = malloc(size);
	assert(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = 0;
	check_words(text, size - 1);
	for (char *line = text; line < text + size && left--;) {
		size_t length = strcspn(line, "\n");
		line[length] = 0;
		check_completion(&session, line, length);
		check_completion(&session, line, length / 2);
		(void)sh_session_execute(&session, line);
		line += length + 1;
	}
	(void)sh_session_fini(&session);
	free(text);
	fclose(null);
	return 0;
}
