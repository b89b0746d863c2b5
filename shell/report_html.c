/* report_html.c - a report as one HTML page that needs nothing else: no network, no fonts, and no script,
 * though a little one adds a filter.
 *
 * The same run gives the same bytes: there is no time of day, no machine and no folder in it.
 */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "report.h"
#include "work_text.h"

/* So many rows of one table at most; a page stays readable, and small. */
#define ROWS_MAX 200
#define HOT_MAX  20

/* --- texts --------------------------------------------------------------------------------------------- */

static void put(struct sh_text *to, const char *text)
{
	struct viz_svg html = { .write = sh_text_sink(to).write, .ctx = to };
	viz_svg_text(&html, text, 0);
}

/* A cell, with the text made harmless. */
static void cell(struct sh_text *to, const char *kind, const char *text)
{
	sh_text_printf(to, "<td%s%s>", *kind ? " class=" : "", kind);
	put(to, text);
	sh_text_printf(to, "</td>");
}

static void number(struct sh_text *to, unsigned long long value)
{
	sh_text_printf(to, "<td class=n>%llu</td>", value);
}

static void time_cell(struct sh_text *to, rt_time t)
{
	char buf[32];
	sh_text_printf(to, "<td class=n>%s</td>", t < 0 ? "-" : viz_svg_time(t, buf));
}

/* A table with these titles, parted by bars; `caption` is read out. */
static void open_table(struct sh_text *to, const char *caption, const char *titles)
{
	sh_text_printf(to, "<div class=wide><table><caption>%s</caption><thead><tr>", caption);
	for (const char *title = titles; *title;) {
		size_t length = strcspn(title, "|");
		sh_text_printf(to, "<th scope=col>%.*s</th>", (int)length, title);
		title += length + (title[length] == '|');
	}
	sh_text_printf(to, "</tr></thead><tbody>\n");
}

static void close_table(struct sh_text *to, size_t more)
{
	sh_text_printf(to, "</tbody></table></div>\n");
	if (more)
		sh_text_printf(to, "<p class=dim>and %zu more</p>\n", more);
}

static void open_row(struct sh_text *to, const char *name)
{
	sh_text_printf(to, "<tr><th scope=row>");
	put(to, name);
	sh_text_printf(to, "</th>");
}

/* --- verdict ------------------------------------------------------------------------------------------- */

static const struct {
	const char *kind, *sign;
} looks[] = {
	[SCN_PASS] = { "good", "&#10003;" },       [SCN_FAIL] = { "bad", "&#10007;" },
	[SCN_INCONCLUSIVE] = { "warn", "?" },      [SCN_INTERRUPTED] = { "warn", "&#9632;" },
	[SCN_ERROR] = { "bad", "!" },
};

static void put_badge(struct sh_text *to, enum scn_verdict verdict, bool over)
{
	if (!over)
		sh_text_printf(to, "<span class=\"verdict warn\">? UNFINISHED</span>");
	else
		sh_text_printf(to, "<span class=\"verdict %s\">%s %s</span>", looks[verdict].kind,
			       looks[verdict].sign, scn_verdict_word(verdict));
}

static void put_pair(struct sh_text *to, const char *name, const char *value)
{
	sh_text_printf(to, "<div><dt>%s</dt><dd>", name);
	put(to, value);
	sh_text_printf(to, "</dd></div>\n");
}

static void put_count(struct sh_text *to, const char *name, unsigned long long value)
{
	sh_text_printf(to, "<div><dt>%s</dt><dd>%llu</dd></div>\n", name, value);
}

static void put_facts(struct sh_text *to, const struct sh_report_run *run)
{
	const struct scn_result *result = &run->result;
	char buf[32];
	sh_text_printf(to, "<dl class=facts>\n");
	put_pair(to, "virtual time", viz_svg_time(viz_lanes_end(run->lanes), buf));
	put_count(to, "seed", rt_seed(scn_world_rt(run->world)));
	put_count(to, "faults", result->fired);
	put_count(to, "restarts", result->restarts);
	put_count(to, "escalations", result->escalations);
	if (run->over) {
		put_count(to, "events", result->events);
		snprintf(buf, sizeof(buf), "%016llx", (unsigned long long)result->state_hash);
		put_pair(to, "state", buf);
		snprintf(buf, sizeof(buf), "%016llx", (unsigned long long)result->journal_hash);
		put_pair(to, "journal", buf);
	}
	put_pair(to, "treefall version", scn_version());
	sh_text_printf(to, "</dl>\n");
}

/* scn_why() gives a line for each link of the chain. */
static void put_why(struct sh_text *to, const struct sh_report_run *run)
{
	struct sh_text why = { 0 };
	if (!run->result.blame || run->result.verdict == SCN_PASS ||
	    scn_why(scn_world_history(run->world), run->result.blame, sh_text_sink(&why)) != RT_OK ||
	    !why.text)
		goto out;
	sh_text_printf(to, "<h4>Why</h4>\n<ol class=why>\n");
	for (const char *line = why.text; *line;) {
		size_t length = strcspn(line, "\n");
		const char *text = line + strspn(line, " ");
		char *one = sh_strndup(text, length - (size_t)(text - line));
		sh_text_printf(to, "<li>");
		put(to, one);
		sh_text_printf(to, "</li>\n");
		free(one);
		line += length + (line[length] == '\n');
	}
	sh_text_printf(to, "</ol>\n");
out:
	sh_text_fini(&why);
}

static void put_verdict(struct sh_text *to, const struct sh_report_run *run)
{
	const struct scn_result *result = &run->result;
	struct scn_judged judged;
	size_t also = 0;
	if (run->over && result->verdict == SCN_PASS)
		return;
	sh_text_printf(to, "<section class=\"said %s\"><h3>What happened</h3>\n",
		       run->over ? looks[result->verdict].kind : "warn");
	if (!run->over)
		sh_text_printf(to, "<p>The journal is torn: the run is shown as far as it goes.</p>\n");
	if (result->text && *result->text) {
		sh_text_printf(to, "<p><strong>");
		if (result->kind != SCN_KIND_NONE)
			sh_text_printf(to, "%s: ", scn_kind_word(result->kind));
		put(to, result->text);
		sh_text_printf(to, "</strong></p>\n");
	}
	if (result->expected || result->actual) {
		sh_text_printf(to, "<dl>\n");
		put_pair(to, "expected", result->expected ? result->expected : "-");
		put_pair(to, "actual", result->actual ? result->actual : "-");
		sh_text_printf(to, "</dl>\n");
	}
	for (size_t i = 0; scn_world_judged(run->world, i, &judged); i++) {
		if (judged.met || judged.told)
			continue;
		if (++also > ROWS_MAX)
			continue;
		sh_text_printf(to, "%s<li>", also > 1 ? "" : "<p>Also:</p><ul>\n");
		put(to, judged.text);
		sh_text_printf(to, "</li>\n");
	}
	if (also > ROWS_MAX)
		sh_text_printf(to, "<li>and %zu more</li>\n", also - ROWS_MAX);
	sh_text_printf(to, also ? "</ul>\n" : "");
	put_why(to, run);
	sh_text_printf(to, "</section>\n");
}

/* --- pictures ------------------------------------------------------------------------------------------ */

static void put_actors(struct sh_text *to, const struct sh_report_run *run)
{
	uint32_t lane[VIZ_SVG_LANES], count;
	char path[512];
	if (viz_lanes_choose(run->lanes, lane, VIZ_SVG_LANES, &count) != RT_OK)
		return;
	sh_text_printf(to, "<details><summary>The timeline as a table</summary>\n");
	open_table(to, "the actors of the timeline",
		   "actor|starts|falls|faults|first start|latest restart|time up");
	for (uint32_t i = 0; i < count; i++) {
		struct viz_lane it;
		viz_lanes_lane(run->lanes, lane[i], &it);
		(void)viz_lanes_path(run->lanes, lane[i], path, sizeof(path));
		open_row(to, path);
		number(to, it.starts);
		number(to, it.falls);
		number(to, it.faults);
		time_cell(to, it.first);
		time_cell(to, it.latest);
		time_cell(to, it.run);
		sh_text_printf(to, "</tr>\n");
	}
	close_table(to, viz_lanes_count(run->lanes) - count);
	sh_text_printf(to, "</details>\n");
}

static void put_pictures(struct sh_text *to, const struct sh_report_run *run)
{
	char id[40];
	sh_text_printf(
		to,
		"<section><h3>The tree at the end</h3>\n<div class=wide tabindex=0>\n%s</div></section>\n",
		run->tree.text ? run->tree.text : "<p>no memory to draw it</p>\n");
	sh_text_printf(to, "<section><h3>What happened when</h3>\n<div class=wide tabindex=0>\n");
	snprintf(id, sizeof(id), "run-%u-time", run->number);
	struct viz_svg svg = { .write = sh_text_sink(to).write, .ctx = to, .within = true, .id = id };
	if (viz_svg_lanes(&svg, run->lanes, "Timeline") != RT_OK)
		sh_text_printf(to, "<p>no memory to draw it</p>\n");
	sh_text_printf(to, "</div>\n");
	uint32_t lanes = viz_lanes_count(run->lanes);
	if (lanes > VIZ_SVG_LANES)
		sh_text_printf(to,
			       "<p class=dim>%d of %u actors: those to which most happened, with the "
			       "supervisors above them, then the first ones of the tree.</p>\n",
			       VIZ_SVG_LANES, lanes);
	if (viz_lanes_lost(run->lanes))
		sh_text_printf(to, "<p class=dim>%llu things happened for which there was no room.</p>\n",
			       (unsigned long long)viz_lanes_lost(run->lanes));
	put_actors(to, run);
	sh_text_printf(to, "</section>\n");
}

/* --- tables -------------------------------------------------------------------------------------------- */

/* `restarts of core/cache` */
static void put_question(struct sh_text *to, const struct scn_probe *probe)
{
	if (!probe->is_sibling)
		sh_text_printf(to, "%s%s", scn_probe_rows[probe->kind].word, probe->of ? " of " : "");
	if (probe->of)
		put(to, probe->of);
}

static void put_unjudged(struct sh_text *to, const struct scn_probe *probes, size_t count, const char *kind)
{
	for (size_t i = 0; i < count && i < ROWS_MAX; i++) {
		sh_text_printf(to, "<tr><td class=dim>- not judged</td><th scope=row>");
		put_question(to, &probes[i]);
		sh_text_printf(to, "</th><td></td><td></td>");
		cell(to, "", kind);
		sh_text_printf(to, "</tr>\n");
	}
}

static void put_expectations(struct sh_text *to, const struct sh_report_run *run)
{
	const struct scn_scenario *scenario = scn_world_scenario(run->world);
	struct scn_judged judged;
	size_t i = 0;
	if (!scn_world_judged(run->world, 0, &judged) && !scenario->n_expect && !scenario->n_hypothesis)
		return;
	sh_text_printf(to, "<section><h3>Expectations</h3>\n");
	open_table(to, "what was expected and what was found", "result|what|expected|actual|part");
	for (; scn_world_judged(run->world, i, &judged); i++) {
		if (i >= ROWS_MAX)
			continue;
		sh_text_printf(to, "<tr>%s<th scope=row>",
			       judged.met ? "<td class=good>&#10003; met</td>"
					  : "<td class=bad>&#10007; not met</td>");
		put_question(to, judged.probe);
		sh_text_printf(to, "</th>");
		cell(to, "", judged.expected);
		cell(to, judged.met ? "" : "bad", judged.actual);
		cell(to, "dim", judged.kind == SCN_DEVIATED ? "hypothesis" : "expect");
		sh_text_printf(to, "</tr>\n");
	}
	if (i == 0) {
		put_unjudged(to, scenario->hypothesis, scenario->n_hypothesis, "hypothesis");
		put_unjudged(to, scenario->expect, scenario->n_expect, "expect");
	}
	close_table(to, i > ROWS_MAX ? i - ROWS_MAX : 0);
	sh_text_printf(to, "</section>\n");
}

static void put_faults(struct sh_text *to, const struct sh_report_run *run)
{
	if (!run->n_faults)
		return;
	sh_text_printf(to, "<section><h3>Faults</h3>\n");
	open_table(to, "what was done to the tree, and how often it took effect",
		   "fault|target|with|took effect|first|latest|from");
	for (size_t i = 0; i < run->n_faults && i < ROWS_MAX; i++) {
		const struct sh_report_fault *fault = &run->fault[i];
		open_row(to, fault->name);
		cell(to, "", fault->target);
		cell(to, "", fault->with);
		if (fault->struck)
			number(to, fault->struck);
		else
			sh_text_printf(to, "<td class=\"n warn\">never</td>");
		time_cell(to, fault->struck ? fault->first : -1);
		time_cell(to, fault->struck ? fault->last : -1);
		cell(to, "dim", fault->origin);
		sh_text_printf(to, "</tr>\n");
	}
	close_table(to, run->n_faults > ROWS_MAX ? run->n_faults - ROWS_MAX : 0);
	sh_text_printf(to, "</section>\n");
}

struct listing {
	struct sh_text *to;
	const struct sh_report_run *run;
	size_t rows, front;
};

static void put_work(struct sh_text *to, const struct scn_work *work)
{
	char buf[INJ_VALUE_BUF];
	open_row(to, work->path ? work->path : "from outside, all together");
	number(to, work->offered);
	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		number(to, work->ended[i]);
	sh_text_printf(to, "<td class=n>%s</td>", sh_brief_share(work->availability, buf));
	sh_text_printf(to, "<td class=n>%s</td>", sh_brief_duration(work->latency_p50, buf));
	sh_text_printf(to, "<td class=n>%s</td>", sh_brief_duration(work->latency_p99, buf));
	sh_text_printf(to, "<td class=n>%s</td></tr>\n", sh_brief_duration(work->outage_max, buf));
}

static void open_services(struct sh_text *to)
{
	struct sh_text titles = { 0 };
	sh_text_printf(&titles, "service|offered");
	for (unsigned i = 0; i < RT_OUTCOME_COUNT; i++)
		sh_text_printf(&titles, "|%s", rt_outcome_word((enum rt_outcome)i));
	sh_text_printf(&titles, "|availability|p50|p99|longest outage");
	sh_text_printf(to, "<section><h3>Services</h3>\n");
	open_table(to, "what was asked of services, and what came of it", titles.text);
	sh_text_fini(&titles);
}

static bool list_service(void *ctx, const struct scn_work *work)
{
	struct listing *listing = ctx;
	if (!listing->rows++)
		open_services(listing->to);
	listing->front += work->front;
	if (listing->rows <= ROWS_MAX)
		put_work(listing->to, work);
	return true;
}

static void put_services(struct sh_text *to, const struct sh_report_run *run)
{
	struct listing listing = { .to = to };
	struct scn_work all;
	(void)!scn_world_works(run->world, list_service, &listing);
	if (!listing.rows)
		return;
	if (listing.front > 1 && scn_world_work(run->world, &all) == RT_OK)
		put_work(to, &all);
	close_table(to, listing.rows > ROWS_MAX ? listing.rows - ROWS_MAX : 0);
	sh_text_printf(to, "</section>\n");
}

static bool list_hotspot(void *ctx, const struct prb_hotspot *hot)
{
	struct listing *listing = ctx;
	struct sh_text *to = listing->to;
	if (!listing->rows++) {
		sh_text_printf(to, "<section><h3>Restart hotspots</h3>\n");
		open_table(to, "what was restarted most often within five minutes",
			   "path|most in 5 minutes|latest|hot");
	}
	if (listing->rows > HOT_MAX)
		return true;
	char *name = sh_format("%s%s", hot->path, hot->subtree ? "/" : "");
	open_row(to, name);
	free(name);
	number(to, hot->worst);
	time_cell(to, hot->last);
	sh_text_printf(to, "%s</tr>\n",
		       hot->worst > PRB_HOT_RESTARTS ? "<td class=bad>&#9650; hot</td>"
						     : "<td class=dim>no</td>");
	return true;
}

static void put_hotspots(struct sh_text *to, const struct sh_report_run *run)
{
	struct listing listing = { .to = to };
	if (prb_witness_hotspots(run->witness, 0, PRB_HOT_WINDOW, list_hotspot, &listing) != RT_OK ||
	    !listing.rows)
		return;
	close_table(to, listing.rows > HOT_MAX ? listing.rows - HOT_MAX : 0);
	sh_text_printf(to, "<p class=dim>Hot is what was restarted more than %d times within five minutes of "
			   "virtual time; a path that ends in / is the sum of all below.</p></section>\n",
		       PRB_HOT_RESTARTS);
}

/* --- a run --------------------------------------------------------------------------------------------- */

static void add_run(struct sh_text *to, const struct sh_report_run *run)
{
	const struct scn_scenario *scenario = scn_world_scenario(run->world);
	sh_text_printf(to, "<article id=run-%u>\n<h2>", run->number);
	put(to, scenario->name);
	sh_text_printf(to, "</h2>\n<p>");
	put_badge(to, run->result.verdict, run->over);
	if (scenario->about && *scenario->about) {
		sh_text_printf(to, " <span class=about>");
		put(to, scenario->about);
		sh_text_printf(to, "</span>");
	}
	sh_text_printf(to, "</p>\n");
	put_facts(to, run);
	if (scn_promise(scenario)) {
		sh_text_printf(to, "<p class=dim>Not promised to be the same everywhere: ");
		put(to, scn_promise(scenario));
		sh_text_printf(to, ".</p>\n");
	}
	sh_text_printf(to, "<p>The same again: <code class=line>");
	put(to, run->reproduce);
	sh_text_printf(to, "</code></p>\n");
	put_verdict(to, run);
	put_pictures(to, run);
	put_expectations(to, run);
	put_faults(to, run);
	put_services(to, run);
	put_hotspots(to, run);
	sh_text_printf(to, "</article>\n");
}

static void add_invalid(struct sh_text *to, unsigned n, const char *file, const char *diagnostics)
{
	sh_text_printf(to, "<article id=run-%u>\n<h2>", n);
	put(to, file);
	sh_text_printf(to, "</h2>\n<p><span class=\"verdict bad\">! not run</span></p>\n<pre>");
	put(to, diagnostics);
	sh_text_printf(to, "</pre>\n</article>\n");
}

/* --- the page ------------------------------------------------------------------------------------------ */

static const char page_style[] =
	":root{color-scheme:light "
	"dark;--ink:#1f2328;--dim:#59636e;--paper:#fff;--edge:#d1d9e0;--soft:#f6f8fa;"
	"--good:#116329;--bad:#b3131f;--warn:#7d4e00;--goodbg:#dcf5e3;--badbg:#fde8e8;--warnbg:#fdf3d8;--"
	"link:#0550ae}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#a3acb6;--paper:#0d1117;--edge:#30363d;"
	"--soft:#161b22;--good:#56d364;--bad:#ff8f87;--warn:#e3b341;--goodbg:#12261a;--badbg:#2d1517;--"
	"warnbg:#2a2110;"
	"--link:#79b8ff}}\n"
	"*{box-sizing:border-box}body{margin:0 auto;max-width:1160px;padding:24px 20px "
	"60px;background:var(--paper);"
	"color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\n"
	"h1{font-size:15px;font-weight:600;margin:0 0 "
	"20px;color:var(--dim)}h2{font-size:28px;line-height:1.2;margin:0 0 8px;"
	"overflow-wrap:anywhere}h3{font-size:18px;margin:36px 0 10px}h4{font-size:15px;margin:14px 0 "
	"4px}p{margin:8px 0}\n"
	"a{color:var(--link)}nav{margin-bottom:48px}nav th,nav "
	"td{vertical-align:middle}article+article{border-top:2px solid "
	"var(--edge);margin-top:56px;padding-top:40px}\n"
	".verdict{display:inline-block;font-weight:700;border-radius:6px;padding:2px 12px;border:1px "
	"solid;white-space:nowrap}\n"
	".verdict.good{color:var(--good);background:var(--goodbg)}.verdict.bad{color:var(--bad);background:"
	"var(--badbg)}"
	".verdict.warn{color:var(--warn);background:var(--warnbg)}\n"
	".good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.dim{color:var(--dim)}.about{"
	"margin-left:6px}\n"
	".facts{display:flex;flex-wrap:wrap;gap:8px 28px;margin:16px 0;padding:12px "
	"16px;background:var(--soft);"
	"border:1px solid var(--edge);border-radius:8px}.facts "
	"div{min-width:60px}dt{font-size:12px;color:var(--dim)}"
	"dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}\n"
	".said{color:var(--ink);border-left:4px solid;padding:4px 18px "
	"10px;margin-top:24px;background:var(--soft);border-radius:0 8px 8px 0}"
	".said h3{margin-top:8px}.said.bad{border-color:var(--bad)}.said.warn{border-color:var(--warn)}.said "
	"dl{display:flex;gap:32px}\n"
	"code,pre,.why,tbody{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}"
	"\n"
	"code.line{background:var(--soft);border:1px solid var(--edge);border-radius:6px;padding:2px "
	"8px;overflow-wrap:anywhere}\n"
	".why{margin:0;padding-left:0;list-style:none}.why li{white-space:pre-wrap;padding:2px 0 2px "
	"14px;border-left:2px solid var(--edge)}\n"
	".wide{overflow-x:auto;border:1px solid var(--edge);border-radius:8px}.wide "
	"svg{display:block;max-width:none}pre{overflow-x:auto}\n"
	"table{border-collapse:collapse;width:100%}caption{position:absolute;width:1px;height:1px;overflow:"
	"hidden;clip-path:inset(50%)}\n"
	"th,td{text-align:left;padding:6px 12px;border-top:1px solid "
	"var(--edge);vertical-align:top;unicode-bidi:isolate}"
	"thead "
	"th{border-top:0;background:var(--soft);font-size:12px;color:var(--dim);white-space:nowrap}tbody "
	"th{font-weight:400}"
	"tbody "
	"th,td{overflow-wrap:anywhere}td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-"
	"nums}td.good,td.dim{white-space:nowrap}.n+td.bad{white-space:nowrap}header{display:flex;flex-wrap:"
	"wrap;justify-content:space-between;align-items:baseline}.filter{margin:0 0 20px}\n"
	"details{margin:10px 0}summary{cursor:pointer}input{font:inherit;padding:4px 10px;border:1px solid "
	"var(--edge);border-radius:6px;"
	"background:var(--paper);color:inherit}.away{opacity:.15}@media "
	"print{details>*{display:block}.filter{display:none}}\n";

/* Rows of tables and of pictures whose path has the text stay, the others fade. */
static const char page_script[] =
	"(function(){var "
	"p=document.createElement('p'),i=document.createElement('input');p.className='filter';"
	"i.type='search';i.placeholder='filter by path';i.setAttribute('aria-label','filter by path');"
	"p.appendChild(i);document.querySelector('header').appendChild(p);"
	"i.addEventListener('input',function(){var q=i.value.toLowerCase();"
	"document.querySelectorAll('tbody tr,g.row').forEach(function(r){"
	"var t=r.tagName==='TR'?r.textContent:r.firstChild.textContent;"
	"r.classList.toggle('away',q!==''&&t.toLowerCase().indexOf(q)<0)})})})();";

static void put_index(struct sh_text *to, const struct sh_report *report)
{
	sh_text_printf(to, "<nav aria-label=\"all runs\">\n");
	open_table(to, "all runs", "scenario|verdict|virtual time|faults|restarts|escalations|file");
	for (size_t i = 0; i < report->n_lines; i++) {
		const struct sh_report_line *line = &report->line[i];
		sh_text_printf(to, "<tr><th scope=row><a href=\"#run-%zu\">", i + 1);
		put(to, line->name);
		sh_text_printf(to, "</a></th><td>");
		if (line->invalid)
			sh_text_printf(to, "<span class=\"verdict bad\">! not run</span>");
		else
			put_badge(to, line->verdict, line->over);
		sh_text_printf(to, "</td>");
		time_cell(to, line->invalid ? -1 : line->t);
		number(to, line->fired);
		number(to, line->restarts);
		number(to, line->escalations);
		cell(to, "", line->file ? line->file : "");
		sh_text_printf(to, "</tr>\n");
	}
	close_table(to, 0);
	sh_text_printf(to, "</nav>\n");
}

static void finish(struct sh_text *to, const struct sh_report *report)
{
	sh_text_printf(
		to,
		"<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
		"<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
		"<meta name=generator content=\"treefall %s\">\n<link rel=icon href=\"data:,\">\n<title>",
		scn_version());
	if (report->n_lines == 1)
		put(to, report->line[0].name);
	else
		sh_text_printf(to, "%zu runs", report->n_lines);
	sh_text_printf(to, " - treefall</title>\n<style>\n");
	sh_text_add(to, page_style, sizeof(page_style) - 1);
	sh_text_add(to, viz_svg_style, strlen(viz_svg_style));
	sh_text_printf(to, "</style>\n</head>\n<body>\n<header><h1>Treefall report%s</h1></header>\n<main>\n",
		       report->n_lines ? "" : ": nothing was run");
	if (report->n_lines > 1)
		put_index(to, report);
	if (report->body.text)
		sh_text_add(to, report->body.text, report->body.length);
	sh_text_printf(to, "</main>\n<script>");
	sh_text_add(to, page_script, sizeof(page_script) - 1);
	sh_text_printf(to, "</script>\n</body>\n</html>\n");
}

const struct sh_report_format sh_report_html = {
	.name = "html",
	.help = "one page with the verdict, the tree, the timeline and all tables; it needs nothing else",
	.begins = "<!DOCTYPE html>\n<html lang=en>",
	.add = add_run,
	.add_invalid = add_invalid,
	.finish = finish,
};
