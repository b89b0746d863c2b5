/* memory.c - allocations that do not fail, because the program ends instead. */
#include "memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/terminal.h"

#include "contain.h"

static void *checked(void *memory)
{
	if (!memory) {
		viz_terminal_close();
		fputs("treefall: out of memory\n", stderr);
		sh_contain_world(NULL); /* it is not a worker who ends the program */
		exit(70);
	}
	return memory;
}

void *sh_alloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *sh_realloc(void *memory, size_t size)
{
	return checked(realloc(memory, size ? size : 1));
}

void *sh_grow(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity ? 2 * *capacity : 8;
	if (*capacity > SIZE_MAX / size)
		checked(NULL);
	return sh_realloc(items, *capacity * size);
}

char *sh_strdup(const char *text)
{
	return checked(strdup(text));
}

char *sh_strndup(const char *text, size_t length)
{
	return checked(strndup(text, length));
}

char *sh_format(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text;
	int length = vasprintf(&text, format, args);
	va_end(args);
	return checked(length < 0 ? NULL : text);
}
