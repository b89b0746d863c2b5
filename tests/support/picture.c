/* picture.c - collecting a picture, and looking whether it is XML. */
#include "picture.h"

#include "fixture.h"

bool drawing_take(void *ctx, const char *text, size_t length)
{
	struct drawing *to = ctx;

	if (to->length + length + 1 > to->size) {
		to->size = 2 * (to->length + length + 1);
		to->text = realloc(to->text, to->size);
		assert_non_null(to->text);
	}
	memcpy(to->text + to->length, text, length);
	to->length += length;
	to->text[to->length] = '\0';
	return true;
}

void drawing_free(struct drawing *drawing)
{
	free(drawing->text);
	*drawing = (struct drawing){ .text = NULL };
}

unsigned drawing_count(const struct drawing *drawing, const char *text)
{
	unsigned count = 0;

	for (const char *at = drawing->text; (at = strstr(at, text)) != NULL; at++)
		count++;
	return count;
}

void assert_well_formed(const struct drawing *drawing)
{
	const char *open[100];
	size_t length[100], depth = 0;

	for (const char *at = drawing->text; (at = strchr(at, '<')) != NULL;) {
		const char *name = at + 1, *end;
		bool closes = *name == '/';
		char quote = 0;

		name += closes;
		size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz");

		assert_true(n > 0);
		for (end = name + n; *end != '>' || quote; end++) {
			assert_true(*end != '\0' && *end != '<');
			if (*end == '"')
				quote = quote ? 0 : '"';
		}
		if (closes) {
			assert_true(depth > 0);
			depth--;
			assert_true(length[depth] == n && memcmp(open[depth], name, n) == 0);
		} else if (end[-1] != '/') {
			assert_true(depth < 100);
			open[depth] = name;
			length[depth++] = n;
		}
		at = end;
	}
	assert_int_equal(depth, 0);
	for (const char *at = drawing->text; (at = strchr(at, '&')) != NULL; at++)
		assert_non_null(memchr(at, ';', 8));
}
