/* draw.h - expressions drawn by chance, with the result that they have.
 *
 * Questions are numbers, and an expression is text; so the number is what it is drawn from, by whoever asks
 * and by whoever answers.
 */
#ifndef WORKERS_CALC_DRAW_H
#define WORKERS_CALC_DRAW_H

#include "eval.h"

struct drawn {
	char text[256];
	struct eval_result right; /* found out with 128 bits, and not by eval() */
};
struct drawn draw(uint64_t question);

/* A result as the one number that an answer is. */
uint64_t draw_answer(struct eval_result result);

#endif
