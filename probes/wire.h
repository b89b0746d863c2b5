/* wire.h - what BPF programs and their loader tell each other.  Included by both sides, so only plain types.
 *
 * A probe point's arguments lie where the compiler put them: in a register, in memory near one, or they are
 * constants.  The loader reads that from the notes of the traced binary and tells the BPF programs, as
 * read-only data, so the verifier knows it and nothing is looked up while the program runs.
 */
#ifndef PROBES_WIRE_H
#define PROBES_WIRE_H

#ifndef __bpf__
#include <stdint.h>
typedef uint8_t prb_u8;
typedef uint16_t prb_u16;
typedef uint32_t prb_u32;
typedef uint64_t prb_u64;
typedef int64_t prb_i64;
#else
typedef unsigned char prb_u8;
typedef unsigned short prb_u16;
typedef unsigned int prb_u32;
typedef unsigned long long prb_u64;
typedef long long prb_i64;
#endif

#define PRB_ARGS_MAX 7
enum prb_where { PRB_NOWHERE, PRB_CONSTANT, PRB_REGISTER, PRB_MEMORY };

struct prb_arg {
	prb_u8 where; /* enum prb_where */
	prb_u8 size;  /* bytes */
	prb_u8 is_signed;
	prb_u8 unused;
	prb_u32 reg;      /* offset in struct pt_regs */
	prb_i64 value;    /* of a constant; of memory: offset from the register */
};
struct prb_site {
	struct prb_arg arg[PRB_ARGS_MAX];
};

#define PRB_PATH   256 /* bytes of a path, the end included; longer ones are cut */
#define PRB_REASON 64

/* A path, padded with zeros, as a key. */
struct prb_path {
	char text[PRB_PATH];
};

#define PRB_SLOTS 40 /* of a histogram: slot n counts values of n significant bits, in ns */

/* What is counted of a path. */
struct prb_counts {
	prb_u64 starts, exits, restarts, give_ups, faults;
	prb_u64 ended_at;           /* by the kernel's clock, until the next start; 0: it is up */
	prb_u64 latency[PRB_SLOTS]; /* from exit to the next start, in the same run */
	prb_u64 latency_sum;
};

enum prb_kind { PRB_START, PRB_EXIT, PRB_RESTART, PRB_GIVE_UP, PRB_FAULT, PRB_KINDS };

/* One event of the ring buffer. */
struct prb_event {
	prb_u64 clock; /* the kernel's, ns since boot */
	prb_i64 t;     /* virtual */
	prb_u64 run;   /* START: which runtime (runtime/usdt.h) */
	prb_u32 kind;  /* enum prb_kind */
	prb_u32 a, b;  /* START, EXIT: incarnation; RESTART, GIVE_UP: restarts in the window, intensity */
	prb_u32 unused;
	char reason[PRB_REASON]; /* EXIT; FAULT: its name */
	struct prb_path path;    /* on its way only so much of it where that is enough: */
};
#define PRB_PATH_SHORT 64

/* What became of events on their way, per processor.  Only 64-bit words. */
struct prb_passage {
	prb_u64 seen[PRB_KINDS]; /* hits of each point */
	prb_u64 dropped;         /* for which the ring buffer had no room */
	prb_u64 limited;         /* beyond the rate limit: counted, not sent */
	prb_u64 uncounted;       /* for whose path the table had no room */
};

/* A place of one runtime in the traced process (runtime/usdt.h). */
struct prb_place_key {
	prb_u64 run;
	prb_u32 place;
	prb_u32 unused;
};

#define PRB_FRAMES 64
struct prb_sample_key {
	struct prb_place_key at;
	prb_i64 stack; /* of the table of stacks; negative: it could not be taken */
};
/* What an actor costs the processor. */
struct prb_strain {
	prb_u64 samples, off_cpu_ns, page_faults, signals;
};
/* Per processor, 64-bit words. */
struct prb_sampling {
	prb_u64 taken;     /* of the process */
	prb_u64 idle;      /* between dispatches */
	prb_u64 dropped;   /* whose stack could not be kept */
	prb_u64 uncounted; /* no room for another actor */
};

/* Time in handlers and in mailboxes. */
struct prb_waits {
	prb_u64 handler[PRB_SLOTS], queue[PRB_SLOTS];
	prb_u64 handled, handler_ns, queued, queue_ns;
};
/* Per processor, 64-bit words. */
struct prb_hits {
	prb_u64 all;       /* of the view's points: what it costs is told by them */
	prb_u64 uncounted; /* no room for another actor */
	prb_u64 untimed;   /* no room for another message that waits */
};

/* A process that the traced one made. */
enum prb_process_kind { PRB_FORK, PRB_EXEC, PRB_EXITED };
struct prb_process {
	prb_u64 clock;
	prb_u32 kind; /* enum prb_process_kind */
	prb_u32 pid;
	prb_u32 code; /* PRB_EXITED: as wait() gives it */
	prb_u32 unused;
	char name[16]; /* of its program, as the kernel has it */
};

/* Who is looked at, as the kernel knows it: a process may have other numbers in other namespaces. */
struct prb_target {
	prb_u32 tgid;  /* 0: not found */
	prb_u32 level; /* the depth of the namespace in which we have its number */
};

#endif
