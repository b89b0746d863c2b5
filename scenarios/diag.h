/* diag.h - collecting what is wrong with a file. */
#ifndef SCENARIOS_DIAG_H
#define SCENARIOS_DIAG_H

#include "scenario.h"

/* What an rt_error holds, and some words around it. */
#define SCN_DIAG_TEXT_MAX 512

/* False when there was no memory; past SCN_DIAGS_MAX it is only counted. */
bool scn_diag_add(struct scn_diags *diags, unsigned line, unsigned column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Put them in order of place; those at one place stay in the order in which they were added. */
void scn_diags_sort(struct scn_diags *diags);

/* The file's name; false when there was no memory. */
bool scn_diags_name(struct scn_diags *diags, const char *file);

/* A number of bytes of `text` for a message: whole characters, at most about 60 of them. */
int scn_diag_cut(const char *text);

#endif
