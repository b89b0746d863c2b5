/* watch_events.c - the events of the run: lines that are asked for one by one, because there may be a million
 * of them; and of the one with the cursor, what led to it and what it led to. */
#include <string.h>

#include "watch.h"

/* Effects that are told, and how far behind an event they are looked for. */
#define EFFECTS 4
#define FAR     10000

static const struct scn_history *history_of(const struct sh_watch *watch)
{
	return scn_world_history(watch->session->world);
}

uint64_t sh_watch_count_events(struct sh_watch *watch)
{
	uint64_t last = scn_history_last(history_of(watch));

	return last == 0 ? 0 : last - scn_history_first(history_of(watch)) + 1;
}

uint64_t sh_watch_event_at(const struct sh_watch *watch, uint64_t line)
{
	return scn_history_first(history_of(watch)) + line;
}

bool sh_watch_put_event(struct sh_watch *watch, uint64_t line, char *buf, size_t size, unsigned *style)
{
	struct scn_event event;
	char whole[512], cause[32] = "";
	const char *rest;

	if (!scn_history_get(history_of(watch), sh_watch_event_at(watch, line), &event))
		return false;
	/* The cause comes first, for the end of a line may have no room. */
	if (event.cause != 0)
		snprintf(cause, sizeof(cause), "<- #%llu", (unsigned long long)event.cause);
	event.cause = 0;
	(void)scn_event_line(&event, whole, sizeof(whole));
	rest = whole + strcspn(whole, "#");
	rest += strcspn(rest, " ");
	rest += strspn(rest, " ");
	snprintf(buf, size, "%.*s#%-6llu %-9s %s", (int)strcspn(whole, "#"), whole,
		 (unsigned long long)event.seq, cause, rest);
	if (event.kind == RT_EV_EXIT || event.kind == RT_EV_GIVE_UP || event.kind == RT_EV_START_FAILED)
		*style = VIZ_BAD;
	else if (event.kind == RT_EV_RESTART || event.kind == INJ_EV_FIRED)
		*style = VIZ_WARN;
	else if (event.kind == RT_EV_START || event.kind == RT_EV_READY)
		*style = VIZ_GOOD;
	return true;
}

static void put_line(struct sh_output *out, const char *what, const struct scn_event *event)
{
	char line[512];

	(void)scn_event_line(event, line, sizeof(line));
	sh_printf(out, "%-10s%s\n", what, line + strspn(line, " "));
}

void sh_watch_print_event(struct sh_watch *watch)
{
	const struct scn_history *history = history_of(watch);
	struct sh_output *out = watch->session->out;
	uint64_t seq = sh_watch_event_at(watch, watch->cursor);
	struct scn_event event, other;
	unsigned effects = 0;

	if (!scn_history_get(history, seq, &event))
		return;
	put_line(out, "event", &event);
	if (event.cause == 0)
		sh_put(out, "cause     none: it came by itself, or from outside\n");
	else if (scn_history_get(history, event.cause, &other))
		put_line(out, "cause", &other);
	else
		sh_printf(out, "cause     #%llu, which is forgotten\n", (unsigned long long)event.cause);
	for (uint64_t next = seq + 1; next <= scn_history_last(history) && next < seq + FAR; next++) {
		if (!scn_history_get(history, next, &other) || other.cause != seq)
			continue;
		if (++effects > EFFECTS) {
			sh_put(out, "          ...\n");
			break;
		}
		put_line(out, effects == 1 ? "led to" : "", &other);
	}
}

void sh_watch_enter_event(struct sh_watch *watch, uint64_t line)
{
	uint64_t seq = sh_watch_event_at(watch, line);
	struct scn_event event;
	rt_place place = 0;

	if (scn_history_get(history_of(watch), seq, &event) && *event.path != '\0')
		place = rt_path_find(scn_world_rt(watch->session->world), event.path);
	if (place != 0)
		sh_watch_select(watch, place);
	if (sh_watch_back(watch, SH_BACK_TO, seq))
		sh_watch_show(watch, SH_VIEW_TREE);
}

void sh_watch_to_cause(struct sh_watch *watch, uint64_t line)
{
	const struct scn_history *history = history_of(watch);
	struct scn_event event;

	if (!scn_history_get(history, sh_watch_event_at(watch, line), &event))
		return;
	if (event.cause == 0)
		sh_watch_say(watch, "nothing that happened led to this");
	else if (event.cause < scn_history_first(history))
		sh_watch_say(watch, "#%llu is forgotten", (unsigned long long)event.cause);
	else
		watch->cursor = event.cause - scn_history_first(history);
	watch->at_last = false;
}
