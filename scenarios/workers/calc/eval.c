/* eval.c - recursive descent: a function for each level of precedence, each of which reads as much as it can.
 *
 *	sum      product, then any number of `+ product` and `- product`
 *	product  factor, then any number of `* factor`, `/ factor` and `% factor`
 *	factor   a number, a sum in parentheses, or a minus and a factor
 *
 * The first error ends the reading: everything after it returns 0 and looks no further.
 */
#include "eval.h"

#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 200 /* parentheses and signs; each level takes some stack */

struct parser {
	const char *text, *at;
	enum eval_status status;
	unsigned depth;
};

static int64_t read_sum(struct parser *parser);

static int64_t fail(struct parser *parser, enum eval_status status)
{
	if (parser->status == EVAL_OK)
		parser->status = status;
	return 0;
}

/* The next character that is no blank, if it is one of these; 0 otherwise. */
static char accept(struct parser *parser, const char *these)
{
	parser->at += strspn(parser->at, " \t");
	if (parser->status != EVAL_OK || *parser->at == '\0' || !strchr(these, *parser->at))
		return 0;
	return *parser->at++;
}

static int64_t apply(struct parser *parser, char op, int64_t left, int64_t right)
{
	int64_t result = 0;
	bool overflow = false;

	switch (op) {
	case '+':
		overflow = __builtin_add_overflow(left, right, &result);
		break;
	case '-':
		overflow = __builtin_sub_overflow(left, right, &result);
		break;
	case '*':
		overflow = __builtin_mul_overflow(left, right, &result);
		break;
	case '/':
	case '%':
		if (right == 0)
			return fail(parser, EVAL_BY_ZERO);
		result = op == '/' ? left / right : left % right;
		break;
	}
	return overflow ? fail(parser, EVAL_TOO_LARGE) : result;
}

static int64_t read_number(struct parser *parser)
{
	const char *from = parser->at;
	int64_t number = 0;
	char digit;

	for (; (digit = *parser->at) >= '0' && digit <= '9'; parser->at++) {
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, digit - '0', &number))
			return fail(parser, EVAL_TOO_LARGE);
	}
	return parser->at > from ? number : fail(parser, EVAL_SYNTAX);
}

static int64_t read_factor(struct parser *parser)
{
	int64_t value;
	char first = accept(parser, "(-");

	if (parser->status != EVAL_OK)
		return 0;
	if (first == 0)
		return read_number(parser);
	if (parser->depth == DEPTH_MAX)
		return fail(parser, EVAL_TOO_DEEP);
	parser->depth++;
	value = first == '-' ? apply(parser, '-', 0, read_factor(parser)) : read_sum(parser);
	if (first == '(' && !accept(parser, ")"))
		value = fail(parser, EVAL_SYNTAX);
	parser->depth--;
	return value;
}

static int64_t read_product(struct parser *parser)
{
	int64_t value = read_factor(parser);
	char op;

	while ((op = accept(parser, "*/%")) != 0)
		value = apply(parser, op, value, read_factor(parser));
	return value;
}

static int64_t read_sum(struct parser *parser)
{
	int64_t value = read_product(parser);
	char op;

	while ((op = accept(parser, "+-")) != 0)
		value = apply(parser, op, value, read_product(parser));
	return value;
}

struct eval_result eval(const char *text)
{
	struct parser parser = { .text = text, .at = text };
	int64_t value = read_sum(&parser);

	accept(&parser, "");
	if (*parser.at != '\0')
		fail(&parser, EVAL_SYNTAX);
	return (struct eval_result){
		.status = parser.status,
		.value = parser.status == EVAL_OK ? value : 0,
		.at = (size_t)(parser.at - text),
	};
}

const char *eval_status_text(enum eval_status status)
{
	static const char *const texts[] = {
		[EVAL_OK] = "",
		[EVAL_SYNTAX] = "this is no expression",
		[EVAL_TOO_LARGE] = "a number does not fit in 64 bits",
		[EVAL_BY_ZERO] = "division by zero",
		[EVAL_TOO_DEEP] = "nested too deeply",
	};

	return texts[status];
}
