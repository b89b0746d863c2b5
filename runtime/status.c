/* status.c - status codes and errors as text. */
#include <stdarg.h>
#include <stdio.h>

#include "status.h"

static const char *const texts[RT_STATUS_COUNT] = {
#define X(name, text) [name] = text,
	RT_STATUS_LIST(X)
#undef X
};

const char *rt_status_text(enum rt_status status)
{
	return (unsigned)status < RT_STATUS_COUNT ? texts[status] : "unknown status";
}

enum rt_status rt_error_set(struct rt_error *error, enum rt_status code, const char *format, ...)
{
	if (error != NULL) {
		va_list args;

		va_start(args, format);
		vsnprintf(error->text, sizeof error->text, format, args);
		va_end(args);
		error->code = code;
	}
	return code;
}
