/* exponential.c - logarithms in whole numbers, the same on every machine.
 *
 * The binary logarithm comes bit by bit, as in C. S. Turner, "A Fast Binary Logarithm Algorithm", IEEE Signal
 * Processing Magazine, September 2010: squaring a number doubles its logarithm, so of a number in [1, 2) the
 * next bit of the logarithm is whether its square has reached 2.
 */
#include "exponential.h"

#define DRAW_BITS 32
#define ONE_BITS  31                   /* 1 is 2^31, so that a square fits into 64 bits */
#define LN2_BITS  30
#define LN2       UINT64_C(744261118) /* ln 2, with this many bits after the point */

/* log2(x) for x >= 1. */
static uint64_t log2_of(uint64_t x)
{
	unsigned whole = 63 - (unsigned)__builtin_clzll(x);
	uint64_t part = x << ONE_BITS >> whole;
	uint64_t log = whole;

	for (unsigned i = 0; i < RT_EXPONENTIAL_BITS; i++) {
		part = part * part >> ONE_BITS;
		uint64_t bit = part >> (ONE_BITS + 1);

		part >>= bit;
		log = log << 1 | bit;
	}
	return log;
}

uint64_t rt_exponential(uint32_t draw)
{
	uint64_t halvings = ((uint64_t)DRAW_BITS << RT_EXPONENTIAL_BITS) - log2_of((uint64_t)draw + 1);

	return halvings * LN2 >> LN2_BITS;
}

/* The greatest draw is 22.2 times the mean: 5.96e9 * 1e9 fits into 63 bits. */
rt_time rt_exponential_gap(uint32_t draw, uint32_t rate)
{
	uint64_t gap = rt_exponential(draw) * (uint64_t)RT_SECOND / rate;

	return (rt_time)((gap + (UINT64_C(1) << (RT_EXPONENTIAL_BITS - 1))) >> RT_EXPONENTIAL_BITS);
}
