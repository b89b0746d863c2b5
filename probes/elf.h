/* elf.h - what a tracer has to know of a binary: where its probe points are and what they carry. */
#ifndef PROBES_ELF_H
#define PROBES_ELF_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/status.h"

#include "wire.h"

struct prb_point {
	char name[32];
	uint64_t offset;    /* of the instruction, in the file */
	uint64_t semaphore; /* in the file; 0: it has none */
	struct prb_site site;
	unsigned n_args; /* those behind PRB_ARGS_MAX are left out of `site` */
	bool odd;        /* some argument lies where we cannot read it */
	bool nop5;       /* the instruction is a nop of five bytes */
};

struct prb_binary {
	struct prb_point *points; /* of provider `treefall`, in the order of the notes */
	size_t n_points;
	uint64_t current; /* of treefall_current: bytes below the thread pointer; 0: it is not there */
	/* Addresses as the file has them; where it was loaded all of them are moved alike. */
	uint64_t layout; /* of treefall_layout; 0: it is not there */
	uint64_t low;    /* the lowest, page-aligned */
};

/* RT_EIO: no rights, or this build cannot; RT_EINVAL: not a program of this kind of machine; RT_ENOENT: it is
 * not there, or has none of our points.  `error` says which and what to do. */
enum rt_status prb_binary_read(const char *path, struct prb_binary *out,
			       struct rt_error *error) RT_MUST_CHECK;
void prb_binary_fini(struct prb_binary *binary);
const struct prb_point *prb_binary_point(const struct prb_binary *binary, const char *name);

/* One argument as a note has it, such as `8@%rax`, `-4@12(%rbx)`, `4@$7`.  False: of another form. */
bool prb_arg_parse(const char *text, size_t length, struct prb_arg *out);

#endif
