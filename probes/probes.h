/* probes.h - what stands at an address of a program.  Who looks on while it runs is in witness.h. */
#ifndef PROBES_PROBES_H
#define PROBES_PROBES_H

#include <stddef.h>
#include <stdint.h>

/* `function+0x12 (file.c:34)`, or as much of it as can be found out, at least the address in hexadecimal.
 * Slow (it reads the program's debugging information); for what a person looks at.  Returns `buf`. */
char *prb_symbol_text(const void *address, char *buf, size_t size);

/* Many addresses of one process (0: this one), named one after the other: function names only.  Null from
 * open: nothing can be known of it, and then no name is; null is allowed everywhere. */
struct prb_symbols;
struct prb_symbols *prb_symbols_open(int pid);
void prb_symbols_close(struct prb_symbols *symbols);
const char *prb_symbols_name(struct prb_symbols *symbols, uint64_t address); /* lives until close */

#endif
