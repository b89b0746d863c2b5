/* window.c - the ring of restarts by second. */
#include "window.h"
#include "core.h"

static struct rt_window_entry *entry_at(const struct rt_window *window, uint32_t i)
{
	return &window->entry[(window->head + i) & (window->capacity - 1)]; /* a power of two */
}

/* An entry exactly one period old still counts. */
static bool outside(const struct rt_window_entry *entry, int64_t second, uint32_t period_s)
{
	return entry->second < second - (int64_t)period_s;
}

static enum rt_status grow(struct rt *rt, struct rt_window *window)
{
	uint32_t capacity = window->capacity == 0 ? 2 : window->capacity * 2;
	struct rt_window_entry *entry = rt_heap_alloc(rt, capacity * sizeof *entry);

	if (entry == NULL)
		return RT_ENOMEM;
	for (uint32_t i = 0; i < window->length; i++)
		entry[i] = *entry_at(window, i);
	rt_heap_free(rt, window->entry, window->capacity * sizeof *entry);
	window->entry = entry;
	window->capacity = capacity;
	window->head = 0;
	return RT_OK;
}

enum rt_status rt_window_add(struct rt *rt, struct rt_window *window, rt_time now, uint32_t period_s,
			     uint64_t *total)
{
	if (now < window->same_until && period_s == window->period_s) {
		entry_at(window, window->length - 1)->count++;
		*total = ++window->total;
		return RT_OK;
	}
	int64_t second = now / RT_SECOND;

	while (window->length > 0 && outside(entry_at(window, 0), second, period_s)) {
		window->total -= entry_at(window, 0)->count;
		window->head = (window->head + 1) & (window->capacity - 1);
		window->length--;
	}
	if (window->length > 0 && entry_at(window, window->length - 1)->second == second) {
		entry_at(window, window->length - 1)->count++;
	} else {
		if (window->length == window->capacity && grow(rt, window) != RT_OK)
			return RT_ENOMEM;
		*entry_at(window, window->length++) =
			(struct rt_window_entry){ .second = second, .count = 1 };
	}
	window->same_until = second < RT_FOREVER / RT_SECOND ? (second + 1) * RT_SECOND : RT_FOREVER;
	window->period_s = period_s;
	*total = ++window->total;
	return RT_OK;
}

uint64_t rt_window_count(const struct rt_window *window, rt_time now, uint32_t period_s)
{
	uint64_t total = window->total;

	for (uint32_t i = 0; i < window->length && outside(entry_at(window, i), now / RT_SECOND, period_s);
	     i++)
		total -= entry_at(window, i)->count;
	return total;
}

void rt_window_fini(struct rt *rt, struct rt_window *window)
{
	rt_heap_free(rt, window->entry, window->capacity * sizeof *window->entry);
	*window = (struct rt_window){ 0 };
}
