/* report.h - what is told of runs in a file: collected while they run, put together at the end.
 *
 * A run is looked at from its beginning on: sh_report_watch() when its world is made, sh_report_judged()
 * when it is judged and its tree still stands, sh_report_add() when it is over.  How all that looks is up to
 * the format, a row of sh_report_formats.
 */
#ifndef SHELL_REPORT_H
#define SHELL_REPORT_H

#include "probes/witness.h"
#include "scenarios/scenario.h"
#include "viz/svg.h"

#include "output.h"

/* One action of the run and what came of it. */
struct sh_report_fault {
	unsigned index;     /* in the plan */
	const char *origin; /* method, prompt, rollback */
	char *name, *target, *with;
	uint64_t struck; /* times that it took effect on somebody */
	rt_time first, last;
};

struct sh_report_run {
	unsigned number; /* from 1 */
	struct scn_world *world;
	const char *file;      /* null: a journal's */
	const char *reproduce; /* a line to paste */
	struct scn_result result;
	bool over; /* false: the journal is torn, there is no verdict */
	rt_time up_t;
	struct viz_lanes *lanes;
	struct viz_model *model;
	struct prb_witness *witness;
	struct sh_text tree;  /* as it stood when it was judged, as SVG */
	struct sh_report_fault *fault;
	size_t n_faults, faults_capacity;
	bool judged, rolling_back;
};

/* A line of the list of all runs. */
struct sh_report_line {
	char *name, *file;
	enum scn_verdict verdict;
	bool invalid, over;
	rt_time t;
	unsigned fired, restarts, escalations;
};

struct sh_report;
struct sh_report_format {
	const char *name, *help;
	const char *begins; /* what each of its files begins with */
	/* Add a run, or a file that could not be loaded, to the body. */
	void (*add)(struct sh_text *body, const struct sh_report_run *run);
	void (*add_invalid)(struct sh_text *body, unsigned number, const char *file, const char *diagnostics);
	void (*finish)(struct sh_text *whole, const struct sh_report *report);
};
extern const struct sh_report_format *const sh_report_formats[];
extern const size_t sh_report_formats_count;
extern const struct sh_report_format sh_report_html; /* report_html.c */
/* Null: no such format. */
const struct sh_report_format *sh_report_format_find(const char *name, size_t length);

struct sh_report {
	const struct sh_report_format *format;
	struct sh_report_line *line;
	size_t n_lines, lines_capacity;
	struct sh_text body;
	struct sh_report_run run; /* that goes on */
};

void sh_report_init(struct sh_report *report, const struct sh_report_format *format);
void sh_report_fini(struct sh_report *report);
/* RT_ENOMEM, RT_EFULL: it cannot be looked at. */
enum rt_status sh_report_watch(struct sh_report *report, struct scn_world *world) RT_MUST_CHECK;
void sh_report_judged(struct sh_report *report, struct scn_world *world);
/* `result` is what is told of it, perhaps more than the world knows. */
void sh_report_add(struct sh_report *report, struct scn_world *world, const struct scn_result *result,
		   const char *file, const char *reproduce);
void sh_report_invalid(struct sh_report *report, const char *file, const struct scn_diags *diags);
/* The whole file. */
void sh_report_finish(const struct sh_report *report, struct sh_text *whole);

#endif
