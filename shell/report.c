/* report.c - looking on at a run for a report. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

const struct sh_report_format *const sh_report_formats[] = { &sh_report_html };
const size_t sh_report_formats_count = sizeof(sh_report_formats) / sizeof(sh_report_formats[0]);

const struct sh_report_format *sh_report_format_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sh_report_formats_count; i++)
		if (strlen(sh_report_formats[i]->name) == length &&
		    !strncmp(sh_report_formats[i]->name, name, length))
			return sh_report_formats[i];
	return NULL;
}

void sh_report_init(struct sh_report *report, const struct sh_report_format *format)
{
	*report = (struct sh_report){ .format = format };
}

/* --- faults -------------------------------------------------------------------------------------------- */

struct keys {
	const struct inj_action *action;
	struct sh_text with;
};

/* A journal has the defaults in it, a file has not; both are to be told alike. */
static bool is_default(const struct inj_action *action, const char *key, const char *text)
{
	bool unlimited = action->trigger == INJ_EVERY || action->has_probability;
	if (!strcmp(key, "times"))
		return !strcmp(text, unlimited ? "0" : "1");
	return !strcmp(key, "required") && !strcmp(text, action->has_probability ? "false" : "true");
}

static bool is_param(const struct inj_action *action, const char *key)
{
	for (unsigned i = 0; i < INJ_PARAMS_MAX && action->fault->params[i].name; i++)
		if (!strcmp(action->fault->params[i].name, key))
			return true;
	return false;
}

static void add_key(void *ctx, const char *key, enum inj_type type, const char *text)
{
	struct keys *keys = ctx;
	(void)type;
	if (strcmp(key, "action") != 0 && strcmp(key, "target") != 0 && !is_param(keys->action, key) &&
	    !is_default(keys->action, key, text))
		sh_text_printf(&keys->with, "%s%s=%s", keys->with.length ? " " : "", key, text);
}

static void add_params(struct sh_text *to, const struct inj_action *action)
{
	for (unsigned i = 0; i < INJ_PARAMS_MAX && action->fault->params[i].name; i++) {
		const struct inj_param *param = &action->fault->params[i];
		const char *value = action->params[i].given ? action->params[i].text : param->fallback;
		if (value)
			sh_text_printf(to, "%s%s=%s", to->length ? " " : "", param->name, value);
	}
}

static struct sh_report_fault *fault_of(struct sh_report_run *run, unsigned index, const char *origin,
					const struct inj_action *action)
{
	for (size_t i = 0; i < run->n_faults; i++)
		if (run->fault[i].index == index)
			return &run->fault[i];
	run->fault = sh_grow(run->fault, run->n_faults, &run->faults_capacity, sizeof(*run->fault));
	struct sh_report_fault *fault = &run->fault[run->n_faults++];
	struct keys keys = { .action = action };
	inj_action_each(action, add_key, &keys);
	add_params(&keys.with, action);
	*fault = (struct sh_report_fault){ .index = index,
					   .origin = origin,
					   .name = sh_strdup(action->fault->name),
					   .target = sh_strdup(action->target ? action->target : ""),
					   .with = keys.with.text ? keys.with.text : sh_strdup("") };
	return fault;
}

static void see_fault(struct sh_report_run *run, const struct rt_event *event,
		      const struct inj_event_ext *ext)
{
	struct sh_report_fault *fault = fault_of(
		run, ext->index, run->rolling_back ? "rollback" : "prompt", ext->action);
	if (!fault->struck++)
		fault->first = event->t;
	fault->last = event->t;
	struct sh_text text = { 0 };
	sh_text_printf(&text, "%s", ext->action->fault->name);
	add_params(&text, ext->action);
	if (event->place)
		viz_lanes_fault(run->lanes, event->place, event->t, text.text);
	sh_text_fini(&text);
}

/* --- looking on ---------------------------------------------------------------------------------------- */

static void see(void *ctx, const struct rt_event *event, const void *ext)
{
	struct sh_report_run *run = ctx;
	if (run->judged)
		return;
	viz_lanes_event(run->lanes, event);
	viz_model_event(run->model, event);
	if (event->kind == INJ_EV_FIRED)
		see_fault(run, event, ext);
	else if (event->kind == SCN_EV_OVER)
		run->rolling_back = true;
	else if (event->kind == SCN_EV_UP)
		run->up_t = event->t;
}

static void clear_run(struct sh_report_run *run)
{
	if (run->world)
		rt_unobserve(scn_world_rt(run->world), see, run);
	prb_witness_close(run->witness);
	viz_lanes_free(run->lanes);
	viz_model_free(run->model);
	sh_text_fini(&run->tree);
	for (size_t i = 0; i < run->n_faults; i++) {
		free(run->fault[i].name);
		free(run->fault[i].target);
		free(run->fault[i].with);
	}
	free(run->fault);
	*run = (struct sh_report_run){ 0 };
}

enum rt_status sh_report_watch(struct sh_report *report, struct scn_world *world)
{
	struct sh_report_run *run = &report->run;
	const struct scn_scenario *scenario = scn_world_scenario(world);
	struct rt *rt = scn_world_rt(world);
	struct prb_config config = { .rt = rt, .views = PRB_BIT(PRB_LIFECYCLE) };
	struct rt_error error = { 0 };
	clear_run(run);
	enum rt_status status = viz_lanes_new(rt, 0, &run->lanes);
	if (status == RT_OK)
		status = viz_model_new(rt, &run->model);
	if (status == RT_OK)
		status = prb_witness_open(PRB_WITHIN, &config, &run->witness, &error);
	if (status == RT_OK)
		status = rt_observe(rt, see, run);
	if (status != RT_OK) {
		clear_run(run);
		return status;
	}
	run->world = world;
	for (size_t i = 0; i < scenario->n_method; i++)
		(void)fault_of(run, (unsigned)i, "method", &scenario->method[i]);
	return RT_OK;
}

void sh_report_judged(struct sh_report *report, struct scn_world *world)
{
	struct sh_report_run *run = &report->run;
	const struct rt *rt = scn_world_rt(world);
	if (run->world != world || run->judged)
		return;
	run->judged = true;
	viz_lanes_close(run->lanes);
	/* Of a tree that is down everybody is shown who was in it. */
	if (rt_root(rt) != RT_NOBODY)
		viz_model_settle(run->model, RT_SECOND);
	char *id = sh_format("run-%zu-tree", report->n_lines + 1);
	struct viz_svg svg = { .write = sh_text_sink(&run->tree).write,
			       .ctx = &run->tree,
			       .within = true,
			       .id = id };
	if (viz_svg_tree(&svg, rt, run->model, "The tree at the end") != RT_OK)
		sh_text_fini(&run->tree);
	free(id);
}

static struct sh_report_line *add_line(struct sh_report *report, const char *name, const char *file)
{
	report->line = sh_grow(report->line, report->n_lines, &report->lines_capacity, sizeof(*report->line));
	struct sh_report_line *line = &report->line[report->n_lines++];
	*line = (struct sh_report_line){ .name = sh_strdup(name), .file = file ? sh_strdup(file) : NULL };
	return line;
}

void sh_report_add(struct sh_report *report, struct scn_world *world, const struct scn_result *result,
		   const char *file, const char *reproduce)
{
	struct sh_report_run *run = &report->run;
	if (run->world != world)
		return;
	sh_report_judged(report, world);
	struct sh_report_line *line = add_line(report, scn_world_scenario(world)->name, file);
	run->number = (unsigned)report->n_lines;
	run->file = file;
	run->reproduce = reproduce;
	run->result = *result;
	run->over = line->over = scn_world_phase(world) == SCN_OVER;
	line->verdict = result->verdict;
	line->t = viz_lanes_end(run->lanes);
	line->fired = result->fired;
	line->restarts = result->restarts;
	line->escalations = result->escalations;
	report->format->add(&report->body, run);
	clear_run(run);
}

void sh_report_invalid(struct sh_report *report, const char *file, const struct scn_diags *diags)
{
	struct sh_text text = { 0 };
	add_line(report, file, file)->invalid = true;
	scn_diags_print(diags, sh_text_sink(&text));
	report->format->add_invalid(&report->body, (unsigned)report->n_lines, file,
				    text.text ? text.text : "");
	sh_text_fini(&text);
}

void sh_report_finish(const struct sh_report *report, struct sh_text *whole)
{
	report->format->finish(whole, report);
}

void sh_report_fini(struct sh_report *report)
{
	clear_run(&report->run);
	for (size_t i = 0; i < report->n_lines; i++) {
		free(report->line[i].name);
		free(report->line[i].file);
	}
	free(report->line);
	sh_text_fini(&report->body);
}
