/* probes.h - looking at a run from outside.  So far: what stands at an address of this program. */
#ifndef PROBES_PROBES_H
#define PROBES_PROBES_H

#include <stddef.h>

/* `function+0x12 (file.c:34)`, or as much of it as can be found out, at least the address in hexadecimal.
 * Slow (it reads the program's debugging information); for what a person looks at.  Returns `buf`. */
char *prb_symbol_text(const void *address, char *buf, size_t size);

#endif
