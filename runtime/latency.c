/* latency.c - counting durations, and finding the one that so many did not exceed. */
#include "latency.h"

#include "core.h"

/* Below 16 each value is its own; above, the four bits behind the first one count. */
static unsigned octave_of(uint64_t value, unsigned *part)
{
	if (value < RT_LATENCY_PARTS) {
		*part = (unsigned)value;
		return 0;
	}
	unsigned log = 63 - (unsigned)__builtin_clzll(value);

	*part = (unsigned)(value >> (log - 4)) & (RT_LATENCY_PARTS - 1);
	return log - 3;
}

/* The largest value that counts there. */
static uint64_t top_of(unsigned octave, unsigned part)
{
	if (octave == 0)
		return part;
	return ((uint64_t)(RT_LATENCY_PARTS + part + 1) << (octave - 1)) - 1;
}

void rt_latency_add(struct rt *rt, struct rt_latency *latency, rt_time value)
{
	unsigned part, octave = octave_of((uint64_t)value, &part);

	if (latency->octave[octave] == NULL)
		latency->octave[octave] = rt_heap_alloc(rt, RT_LATENCY_PARTS * sizeof(uint64_t));
	if (latency->octave[octave] == NULL)
		return;
	latency->octave[octave][part]++;
	latency->count++;
	if (value > latency->max)
		latency->max = value;
}

static uint64_t count_at(const struct rt_latency *const *latencies, size_t count, unsigned octave,
			 unsigned part)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		if (latencies[i]->octave[octave] != NULL)
			sum += latencies[i]->octave[octave][part];
	return sum;
}

rt_time rt_latency_at(const struct rt_latency *const *latencies, size_t count, uint32_t ppb)
{
	const uint64_t whole = 1000000000;
	uint64_t total = 0, seen = 0;
	rt_time max = 0;

	for (size_t i = 0; i < count; i++) {
		total += latencies[i]->count;
		if (latencies[i]->max > max)
			max = latencies[i]->max;
	}
	if (total == 0)
		return -1;
	/* How many of them that is, rounded up. */
	uint64_t rank = total / whole * ppb + (total % whole * ppb + whole - 1) / whole;

	for (unsigned octave = 0; octave < RT_LATENCY_OCTAVES; octave++) {
		for (unsigned part = 0; part < RT_LATENCY_PARTS; part++) {
			uint64_t here = count_at(latencies, count, octave, part);

			seen += here;
			if (here > 0 && seen >= rank) {
				uint64_t top = top_of(octave, part);

				return top < (uint64_t)max ? (rt_time)top : max;
			}
		}
	}
	return max;
}

size_t rt_latency_bytes(const struct rt_latency *latency)
{
	size_t octaves = 0;

	for (unsigned octave = 0; octave < RT_LATENCY_OCTAVES; octave++)
		octaves += latency->octave[octave] != NULL;
	return octaves * RT_LATENCY_PARTS * sizeof(uint64_t);
}
