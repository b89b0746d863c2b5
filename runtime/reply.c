/* reply.c - answers as events, and as text in Erlang's notation. */
#include <stdio.h>
#include <string.h>

#include "core.h"

void rt_reply_give(struct rt *rt, const struct rt_reply *reply)
{
	struct rt_event event = {
		.kind = RT_EV_RESULT,
		.actor = reply->pid,
		.place = reply->supervisor,
		.reason = reply->reason,
		.detail = (uint8_t)reply->op,
	};

	rt_event_give(rt, &event, reply);
}

void rt_reply_start(struct rt *rt, rt_place place, enum rt_answer answer, rt_id pid, rt_atom reason)
{
	struct rt_reply reply = {
		.op = RT_OP_START,
		.answer = answer,
		.supervisor = place,
		.pid = pid,
		.reason = reason,
	};

	rt_reply_give(rt, &reply);
}

size_t rt_reply_text(const struct rt *rt, const struct rt_reply *reply, char *buf, size_t size)
{
	static const char *const forms[] = {
		[RT_ANSWER_OK] = "ok",
		[RT_ANSWER_OK_PID] = "{ok,pid}",
		[RT_ANSWER_OK_UNDEFINED] = "{ok,undefined}",
		[RT_ANSWER_IGNORE] = "ignore",
		[RT_ANSWER_ERROR] = "{error,%}",
		[RT_ANSWER_ERROR_CHILD] = "{error,{%,child}}",
		[RT_ANSWER_ALREADY_STARTED] = "{error,{already_started,pid}}",
		[RT_ANSWER_EXIT] = "{exit,%}",
		[RT_ANSWER_CHILDREN] = "children",
		[RT_ANSWER_COUNTS] = "counts",
		[RT_ANSWER_SPEC] = "childspec",
	};
	const char *form = forms[reply->answer];
	const char *hole = strchr(form, '%');
	char number[RT_ATOM_BUF];
	int length;

	if (hole == NULL)
		length = snprintf(buf, size, "%s", form);
	else
		length = snprintf(buf, size, "%.*s%s%s", (int)(hole - form), form,
				  rt_atom_text(rt, reply->reason, number), hole + 1);
	return (size_t)length;
}
