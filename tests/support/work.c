/* work.c - accounts of services as text, and a state spoilt on demand. */
#include "work.h"

struct rt_service account_of(struct fixture *f, const char *path)
{
	struct rt_service service = { 0 };

	settle(f);
	assert_true(rt_work_balanced(f->rt));
	(void)rt_service(f->rt, rt_path_find(f->rt, path), &service);
	return service;
}

void assert_work_at(struct fixture *f, const char *path, const char *expected, const char *file, int line)
{
	struct rt_service service = account_of(f, path);
	char text[256];
	int length = snprintf(text, sizeof(text), "offered %llu", (unsigned long long)service.offered);

	for (unsigned i = 0; i < RT_OUTCOME_COUNT + 2; i++) {
		uint64_t count = i < RT_OUTCOME_COUNT    ? service.ended[i]
				 : i == RT_OUTCOME_COUNT ? service.in_flight
							 : service.repeated;
		const char *word = i < RT_OUTCOME_COUNT    ? rt_outcome_word(i)
				   : i == RT_OUTCOME_COUNT ? "in flight"
							   : "repeated";

		if (count > 0)
			length += snprintf(text + length, sizeof(text) - (size_t)length, ", %s %llu", word,
					   (unsigned long long)count);
	}
	if (strcmp(text, expected) != 0) {
		print_error("%s: \"%s\" instead of \"%s\"\n", path, text, expected);
		_fail(file, line);
	}
}

int64_t latency_us(struct fixture *f, const char *path, unsigned per_thousand)
{
	struct rt_service service = account_of(f, path);

	return rt_latency_at(&service.latency, 1, per_thousand * 1000000) / 1000;
}

static void garble(void *ctx, struct rt_self *self, void *state, size_t size, uint64_t code)
{
	unsigned char *byte = state;

	(void)ctx, (void)code;
	for (size_t i = 0; i < size; i++)
		byte[i] = (unsigned char)rt_self_random(self, 256);
}

void spoil(struct fixture *f, const char *path)
{
	rt_hooks_set(f->rt, &(struct rt_hooks){ .inside = garble });
	assert_int_equal(rt_inside(f->rt, pid(f, path), 0), RT_OK);
	settle(f);
}
