/* eval.h - arithmetic on whole numbers of 64 bits: `2*(3+4)-10/3%2`. */
#ifndef WORKERS_CALC_EVAL_H
#define WORKERS_CALC_EVAL_H

#include <stddef.h>
#include <stdint.h>

enum eval_status { EVAL_OK, EVAL_SYNTAX, EVAL_TOO_LARGE, EVAL_BY_ZERO, EVAL_TOO_DEEP };

struct eval_result {
	enum eval_status status;
	int64_t value; /* of EVAL_OK; else 0 */
	size_t at;     /* of EVAL_SYNTAX: where, in bytes */
};

struct eval_result eval(const char *text);
const char *eval_status_text(enum eval_status status);

#endif
