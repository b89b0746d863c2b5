/* memory.h - memory of the shell.  Without any the program ends with a line that says so and exit code 70;
 * only the layers below go on.
 */
#ifndef SHELL_MEMORY_H
#define SHELL_MEMORY_H

#include <stddef.h>

void *sh_alloc(size_t size); /* zeroed */
void *sh_realloc(void *memory, size_t size);
/* Room for one more item of `size` bytes behind `count` of them. */
void *sh_grow(void *items, size_t count, size_t *capacity, size_t size);
char *sh_strdup(const char *text);
char *sh_strndup(const char *text, size_t length);
char *sh_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
