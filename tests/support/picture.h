/* picture.h - what a picture of tests is drawn into. */
#ifndef TESTS_SUPPORT_PICTURE_H
#define TESTS_SUPPORT_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

/* Collected text; ends the test when there is no memory. */
struct drawing {
	char *text;
	size_t length, size;
};
bool drawing_take(void *ctx, const char *text, size_t length); /* a viz_write_fn */
void drawing_free(struct drawing *drawing);
/* How often `text` stands in it. */
unsigned drawing_count(const struct drawing *drawing, const char *text);
/* Every element that is opened is closed, in order, and attributes are quoted. */
void assert_well_formed(const struct drawing *drawing);

#endif
