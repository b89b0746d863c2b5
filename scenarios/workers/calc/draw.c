/* draw.c - whoever tests arithmetic tries the numbers at the ends; so a quarter of those drawn here are. */
#include "draw.h"

#include <inttypes.h>
#include <stdio.h>

__extension__ typedef __int128 wide;

/* splitmix64 (Steele, Lea, Flood 2014): one number after the other out of one. */
static uint64_t next(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static int64_t draw_number(uint64_t *state)
{
	static const int64_t ends[] = { 0, 1, -1, INT64_MAX, -INT64_MAX, INT64_MIN };

	if (next(state) % 4 == 0)
		return ends[next(state) % (sizeof(ends) / sizeof(ends[0]))];
	return (int64_t)(next(state) % 2000) - 1000;
}

/* The smallest number of all has no digits of its own: 2^63 does not fit. */
static size_t put_number(char *to, size_t size, int64_t number)
{
	if (number == INT64_MIN)
		return (size_t)snprintf(to, size, "(%" PRId64 "-1)", -INT64_MAX);
	return (size_t)snprintf(to, size, number < 0 ? "(%" PRId64 ")" : "%" PRId64, number);
}

static enum eval_status apply(wide *left, char op, wide right)
{
	switch (op) {
	case '+':
		*left += right;
		break;
	case '-':
		*left -= right;
		break;
	case '*':
		*left *= right;
		break;
	default:
		if (right == 0)
			return EVAL_BY_ZERO;
		*left = op == '/' ? *left / right : *left % right;
	}
	return *left < INT64_MIN || *left > INT64_MAX ? EVAL_TOO_LARGE : EVAL_OK;
}

/* `((a+b)*c)/d`: from left to right, so that there is nothing to know about precedence. */
struct drawn draw(uint64_t question)
{
	static const char operators[] = "+-*/%";
	struct drawn drawn = { .right = { EVAL_OK, 0, 0 } };
	uint64_t state = question;
	unsigned steps = 1 + (unsigned)(next(&state) % 3);
	int64_t first = draw_number(&state);
	wide value = first;
	size_t used = 0, size = sizeof(drawn.text);

	for (unsigned i = 1; i < steps; i++)
		drawn.text[used++] = '(';
	used += put_number(drawn.text + used, size - used, first);
	for (unsigned i = 0; i < steps; i++) {
		char op = operators[next(&state) % 5];
		int64_t number = draw_number(&state);

		if (i > 0)
			drawn.text[used++] = ')';
		drawn.text[used++] = op;
		used += put_number(drawn.text + used, size - used, number);
		if (drawn.right.status == EVAL_OK)
			drawn.right.status = apply(&value, op, number);
	}
	if (drawn.right.status == EVAL_OK)
		drawn.right.value = (int64_t)value;
	return drawn;
}

uint64_t draw_answer(struct eval_result result)
{
	return result.status == EVAL_OK ? (uint64_t)result.value
					: UINT64_C(0xe770000000000000) + result.status;
}
