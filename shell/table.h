/* table.h - rows and columns of text that fit a terminal: what is said about each of a few things. */
#ifndef SHELL_TABLE_H
#define SHELL_TABLE_H

#include "output.h"

struct sh_cell {
	char *text;
	enum sh_style style;
	bool nothing; /* a zero or a dash: a column of them can be spared */
};

/* Filled row by row, the titles first.  The first column is the name of the row. */
struct sh_table {
	unsigned columns;
	struct sh_cell *cell;
	size_t count, capacity;
	bool spare; /* where there is little room, leave out the columns that say nothing */
};

void sh_table_add(struct sh_table *table, enum sh_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The style is for a number that is not 0. */
void sh_table_number(struct sh_table *table, enum sh_style style, uint64_t number);
/* Print it: in columns where `width` terminal columns are enough (0: any number is), otherwise a paragraph
 * for each row. */
void sh_table_print(const struct sh_table *table, struct sh_output *out, size_t width);
void sh_table_fini(struct sh_table *table);

#endif
