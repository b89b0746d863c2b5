/* rng.c - named streams of one seed: xoshiro256** by Blackman and Vigna (2018), filled by splitmix64. */
#include <assert.h>

#include "runtime.h"

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

void rt_rng_init(struct rt_rng *rng, uint64_t seed, const char *name)
{
	const char *const parts[] = { name, NULL };

	rt_rng_init_parts(rng, seed, parts);
}

void rt_rng_init_parts(struct rt_rng *rng, uint64_t seed, const char *const *parts)
{
	uint64_t hash = 14695981039346656037u;

	for (; *parts != NULL; parts++)
		for (const char *at = *parts; *at != '\0'; at++)
			hash = (hash ^ (unsigned char)*at) * 1099511628211u;
	/* Mix the seed first: seed and name must not cancel each other out. */
	uint64_t state = splitmix(&seed) ^ hash;

	for (unsigned i = 0; i < 4; i++)
		rng->s[i] = splitmix(&state);
}

uint64_t rt_rng_next(struct rt_rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t rt_rng_below(struct rt_rng *rng, uint64_t bound)
{
	assert(bound > 0);
	/* Draws below 2^64 mod bound would favour the small results: draw again. */
	uint64_t least = -bound % bound;
	uint64_t draw;

	do
		draw = rt_rng_next(rng);
	while (draw < least);
	return draw % bound;
}

bool rt_rng_chance(struct rt_rng *rng, uint32_t ppb)
{
	return rt_rng_below(rng, 1000000000u) < ppb;
}
