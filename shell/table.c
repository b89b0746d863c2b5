/* table.c - a table as wide as it has to be, and what becomes of it where there is less room.
 *
 * First the columns that say nothing go, then the columns altogether: each row is a paragraph then.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define GAP    2
#define INDENT 4

static struct sh_cell *push(struct sh_table *table, enum sh_style style)
{
	table->cell = sh_grow(table->cell, table->count, &table->capacity, sizeof(*table->cell));
	struct sh_cell *cell = &table->cell[table->count++];
	*cell = (struct sh_cell){ .style = style };
	return cell;
}

void sh_table_add(struct sh_table *table, enum sh_style style, const char *format, ...)
{
	struct sh_cell *cell = push(table, style);
	va_list args;
	va_start(args, format);
	if (vasprintf(&cell->text, format, args) < 0)
		cell->text = sh_strdup("");
	va_end(args);
	cell->nothing = !strcmp(cell->text, "-") || !strcmp(cell->text, "0");
}

void sh_table_number(struct sh_table *table, enum sh_style style, uint64_t number)
{
	sh_table_add(table, number ? style : SH_PLAIN, "%llu", (unsigned long long)number);
}

/* --- in columns ---------------------------------------------------------------------------------------- */

static size_t rows_of(const struct sh_table *table)
{
	return table->count / table->columns;
}

static const struct sh_cell *cell_at(const struct sh_table *table, size_t row, unsigned column)
{
	return &table->cell[row * table->columns + column];
}

static bool says_nothing(const struct sh_table *table, unsigned column)
{
	for (size_t row = 1; row < rows_of(table); row++)
		if (!cell_at(table, row, column)->nothing)
			return false;
	return rows_of(table) > 1;
}

/* The width of each column, 0 of those that are left out; returns the width of all. */
static size_t measure(const struct sh_table *table, size_t *widths, bool spare)
{
	size_t all = 0;
	for (unsigned column = 0; column < table->columns; column++) {
		widths[column] = 0;
		if (spare && column && says_nothing(table, column))
			continue;
		for (size_t row = 0; row < rows_of(table); row++) {
			size_t width = sh_width(cell_at(table, row, column)->text);
			widths[column] = width > widths[column] ? width : widths[column];
		}
		all += widths[column] + (column ? GAP : 0);
	}
	return all;
}

static void put_columns(const struct sh_table *table, struct sh_output *out, const size_t *widths)
{
	for (size_t row = 0; row < rows_of(table); row++) {
		for (unsigned column = 0; column < table->columns; column++) {
			const struct sh_cell *cell = cell_at(table, row, column);
			if (column && !widths[column])
				continue;
			int pad = (int)(widths[column] - sh_width(cell->text));
			if (column)
				sh_printf(out, "%*s", GAP + pad, "");
			sh_styled(out, row ? cell->style : SH_DIM, cell->text);
			/* Nothing but the next column makes the room behind a name necessary. */
			if (!column && table->columns > 1)
				sh_printf(out, "%*s", pad, "");
		}
		sh_put(out, "\n");
	}
}

/* --- in paragraphs ------------------------------------------------------------------------------------- */

static void put_paragraph(const struct sh_table *table, struct sh_output *out, size_t row, size_t width)
{
	size_t used = width;
	sh_styled(out, cell_at(table, row, 0)->style, cell_at(table, row, 0)->text);
	for (unsigned column = 1; column < table->columns; column++) {
		const struct sh_cell *title = cell_at(table, 0, column), *cell = cell_at(table, row, column);
		size_t needs = sh_width(title->text) + 1 + sh_width(cell->text);
		if (table->spare && says_nothing(table, column))
			continue;
		bool fits = used + GAP + needs <= width;
		sh_printf(out, fits ? "%*s" : "\n%*s", fits ? GAP : INDENT, "");
		used = fits ? used + GAP + needs : INDENT + needs;
		sh_styled(out, SH_DIM, title->text);
		sh_put(out, " ");
		sh_styled(out, cell->style, cell->text);
	}
	sh_put(out, "\n");
}

void sh_table_print(const struct sh_table *table, struct sh_output *out, size_t width)
{
	size_t *widths = sh_alloc(table->columns * sizeof(*widths));
	bool fits = !width || measure(table, widths, false) <= width;
	if (!width)
		(void)measure(table, widths, false);
	if (!fits && table->spare)
		fits = measure(table, widths, true) <= width;
	if (fits)
		put_columns(table, out, widths);
	for (size_t row = 1; !fits && row < rows_of(table); row++)
		put_paragraph(table, out, row, width);
	free(widths);
}

void sh_table_fini(struct sh_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cell[i].text);
	free(table->cell);
	*table = (struct sh_table){ 0 };
}
