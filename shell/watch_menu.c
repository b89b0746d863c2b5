/* watch_menu.c - the menu of faults: those that fit the selected actor, as lines ready to be changed. */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "memory.h"
#include "words.h"

static bool fits(const struct inj_fault *fault, bool supervisor, bool root)
{
	/* What is asked of a supervisor about a child of its is asked of the one above. */
	if (fault->call && strcmp(fault->name, "start_child") != 0)
		return !root;
	return fault->aim == INJ_AIM_ANY || (fault->aim == INJ_AIM_SUPERVISOR) == supervisor;
}

void sh_watch_menu(struct sh_watch *watch)
{
	rt_place place = watch->frame.selected;
	const struct rt *rt = scn_world_rt(watch->session->world);
	struct viz_node node;

	if (scn_world_phase(watch->session->world) == SCN_OVER) {
		sh_watch_say(watch, "this run is over; `,` and `g` go back to where something can be done");
		return;
	}
	if (!viz_model_node(watch->model, place, &node))
		return;
	sh_watch_select(watch, place);
	watch->n_faults = 0;
	for (size_t i = 0; i < inj_faults_count; i++) {
		if (!fits(&inj_faults[i], node.supervisor, rt_path_parent(rt, place) == 0))
			continue;
		watch->fault = sh_grow(watch->fault, watch->n_faults, &watch->faults_size,
				       sizeof(struct inj_fault *));
		watch->fault[watch->n_faults++] = &inj_faults[i];
	}
	sh_watch_show(watch, SH_VIEW_FAULTS);
}

void sh_watch_print_menu(struct sh_watch *watch)
{
	for (size_t i = 0; i < watch->n_faults; i++)
		sh_printf(watch->session->out, "  %-16s  %s\n", watch->fault[i]->name,
			  watch->fault[i]->help);
}

void sh_watch_print_fault(struct sh_watch *watch, const struct inj_fault *fault)
{
	struct sh_output *out = watch->session->out;
	struct sh_text text = { 0 };

	sh_printf(out, "%s: %s\n", fault->name, fault->help);
	for (unsigned i = 0; i < INJ_PARAMS_MAX && fault->params[i].name != NULL; i++) {
		const struct inj_param *param = &fault->params[i];

		sh_text_printf(&text, "  %-10s %s", param->name, param->help);
		sh_help_range(&text, param->type, param->min, param->max, param->words);
		if (param->mandatory)
			sh_text_printf(&text, "; has to be given");
		else if (param->fallback != NULL)
			sh_text_printf(&text, "; default %s", param->fallback);
		sh_text_printf(&text, "\n");
	}
	if (text.text != NULL)
		sh_put(out, text.text);
	sh_text_fini(&text);
}

void sh_watch_print_pick(struct sh_watch *watch)
{
	if (watch->cursor < watch->n_faults)
		sh_watch_print_fault(watch, watch->fault[watch->cursor]);
}

/* The words behind the target in the fault's example. */
static void add_example(struct sh_text *line, const struct inj_fault *fault)
{
	struct sh_words words;

	if (sh_words_split(fault->example, strlen(fault->example), &words)) {
		for (size_t i = 2; i < words.count; i++) {
			const char *text = words.item[i].text, *equals = strchr(text, '=');

			/* A path of another tree is of no use. */
			if (equals != NULL && memchr(equals, '/', strlen(equals)) != NULL)
				sh_text_printf(line, " %.*s", (int)(equals - text + 1), text);
			else
				sh_text_printf(line, " %s", text);
		}
	}
	sh_words_fini(&words);
}

/* The line that the menu offers; freed by the caller. */
static char *line_of(const struct sh_watch *watch, const struct inj_fault *fault)
{
	struct sh_text line = { 0 };
	const char *slash = strrchr(watch->path, '/');
	bool above = fault->call && strcmp(fault->name, "start_child") != 0 && slash != NULL;
	char *target = above ? sh_strndup(watch->path, (size_t)(slash - watch->path))
			     : sh_strdup(watch->path);
	char *quoted = sh_word_quote(target);

	sh_text_printf(&line, "%s %s", fault->name, quoted);
	if (above) {
		struct viz_node node = { .name = slash + 1 };

		(void)viz_model_node(watch->model, watch->frame.selected, &node);
		char *child = sh_word_quote(node.name);

		sh_text_printf(&line, " %s", child);
		free(child);
	} else {
		add_example(&line, fault);
	}
	free(quoted);
	free(target);
	return line.text;
}

void sh_watch_pick(struct sh_watch *watch, uint64_t at)
{
	char *line;
	bool running = !watch->paused;

	if (at >= watch->n_faults)
		return;
	line = line_of(watch, watch->fault[at]);
	/* The preview is of a moment, which had better stay. */
	sh_watch_pause(watch, true);
	watch->resume = running;
	sh_watch_show(watch, SH_VIEW_PREVIEW);
	sh_watch_type(watch, SH_TYPING_INJECT, line);
	free(line);
}
