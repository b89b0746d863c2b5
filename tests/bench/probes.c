/* probes.c - what it costs to be looked at: probe points that nobody watches and that somebody does, and what
 * the kernel asks for the least of it. */
#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "probes/link.h"
#include "probes/witness.h"
#include "runtime/hooks.h"
#include "runtime/usdt.h"
#include "tree.h"

static uint64_t sink;

/* Of this thread's processor time, in ns: others on the machine do not count. */
static double spent(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* --- nobody looks -------------------------------------------------------------------------------------- */

#define TURNS 50000000u

__attribute__((noinline)) static double turn_plainly(void)
{
	double begin = spent();

	for (uint32_t i = 0; i < TURNS; i++) {
		sink += i;
		__asm__ volatile("" ::: "memory");
	}
	return spent() - begin;
}

__attribute__((noinline)) static double turn_guarded(const struct rt *rt)
{
	double begin = spent();

	for (uint32_t i = 0; i < TURNS; i++) {
		sink += i;
		if (RT_USDT_ON(mailbox_full))
			rt_usdt_mailbox_full(rt, i, 1, i);
		__asm__ volatile("" ::: "memory");
	}
	return spent() - begin;
}

double bench_probe_detached(unsigned n)
{
	double with = 1e18, without = 1e18;
	struct bench_tree tree;

	(void)n;
	if (!bench_tree_start(&tree, 1, 0, RT_ONE_FOR_ONE))
		return -1;
	/* The least of each: what disturbs only ever adds. */
	for (unsigned i = 0; i < 5; i++) {
		double time = turn_plainly();

		without = time < without ? time : without;
		time = turn_guarded(tree.rt);
		with = time < with ? time : with;
	}
	bench_tree_free(&tree);
	return with > without ? (with - without) / TURNS : 0;
}

/* --- a program that does nothing is attached ------------------------------------------------------------ */

#define HITS 200000u

static int load_nothing(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.insns = (uintptr_t)insns,
		.insn_cnt = 2,
		.license = (uintptr_t) "GPL",
		.expected_attach_type = PRB_UPROBE_MULTI,
	};

	return prb_link_multi() ? (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)) : -1;
}

/* Both ends of a tie, or -1 in `link`. */
struct tie {
	int program, link;
};

static struct tie tie(const struct prb_point *point)
{
	struct tie made = { .program = load_nothing(), .link = -1 };

	if (made.program >= 0)
		made.link = prb_link_points(made.program, "/proc/self/exe", &point, 1, getpid());
	return made;
}

static void untie(const struct tie *made)
{
	if (made->link >= 0)
		close(made->link);
	if (made->program >= 0)
		close(made->program);
}

#if defined(__x86_64__)
extern const char bench_bare_site[];

__attribute__((noinline)) static void bare(void)
{
	__asm__ volatile(".globl bench_bare_site\n"
			 "bench_bare_site: .byte 0x0f, 0x1f, 0x44, 0x00, 0x00" ::: "memory");
}

/* Where in the file an address of this program comes from. */
static bool file_offset(uintptr_t address, uint64_t *offset)
{
	char line[512];
	bool found = false;
	FILE *maps = fopen("/proc/self/maps", "re");

	while (maps != NULL && !found && fgets(line, sizeof(line), maps) != NULL) {
		uintptr_t from, to;

		found = sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %*s %" SCNx64, &from, &to, offset) == 3 &&
			address >= from && address < to;
		if (found)
			*offset += address - from;
	}
	if (maps != NULL)
		fclose(maps);
	return found;
}

double bench_floor_uprobe(unsigned n)
{
	struct prb_point point = { .nop5 = true };
	struct tie made;
	double begin;

	(void)n;
	if (!file_offset((uintptr_t)bench_bare_site, &point.offset))
		return -1;
	made = tie(&point);
	if (made.link < 0) {
		untie(&made);
		return BENCH_SKIPPED;
	}
	begin = spent();
	for (unsigned i = 0; i < HITS; i++)
		bare();
	double result = (spent() - begin) / HITS;

	untie(&made);
	return result;
}
#else
double bench_floor_uprobe(unsigned n)
{
	(void)n;
	return BENCH_SKIPPED;
}
#endif

double bench_probe_attached(unsigned n)
{
	struct prb_binary binary;
	struct bench_tree tree;
	struct rt_error error = { 0 };
	double result = BENCH_SKIPPED;

	(void)n;
	if (prb_binary_read("/proc/self/exe", &binary, &error) != RT_OK)
		return BENCH_SKIPPED;
	if (!bench_tree_start(&tree, 1, 0, RT_ONE_FOR_ONE))
		return -1;
	struct tie made = tie(prb_binary_point(&binary, "mailbox_full"));

	if (made.link >= 0) {
		double begin = spent();

		for (unsigned i = 0; i < HITS; i++)
			if (RT_USDT_ON(mailbox_full))
				rt_usdt_mailbox_full(tree.rt, i, 1, i);
		result = (spent() - begin) / HITS;
	}
	untie(&made);
	bench_tree_free(&tree);
	prb_binary_fini(&binary);
	return result;
}

/* --- a witness looks ------------------------------------------------------------------------------------ */

static struct prb_witness *look(unsigned view, unsigned hertz)
{
	const struct prb_config config = { .views = PRB_BIT(view), .hertz = hertz };
	struct prb_witness *witness;
	struct rt_error error = { 0 };

	return prb_witness_open(PRB_REQUIRE, &config, &witness, &error) == RT_OK ? witness : NULL;
}

/* Somebody reads what comes, as `treefall trace` does, in a thread whose time is not counted.  What it costs
 * to tell them that something came is. */
struct reader {
	struct prb_witness *witness;
	atomic_bool done;
};

static void *read_on(void *ctx)
{
	struct reader *reader = ctx;

	while (!atomic_load(&reader->done) && prb_witness_poll(reader->witness, 100) == RT_OK)
		continue;
	return NULL;
}

/* Restarts of one of n children; the ns that one takes. */
static double restart(struct bench_tree *tree, unsigned n)
{
	const unsigned batches = 20, restarts = 1000;
	rt_atom boom = rt_atom_make(tree->rt, "boom");
	double sum = 0;

	for (unsigned i = 0; i < batches; i++) {
		double begin = spent();

		for (unsigned j = 0; j < restarts; j++) {
			rt_id victim = bench_child(tree->rt, (i * restarts + j) % n);

			if (rt_exit(tree->rt, victim, boom) != RT_OK || !bench_settle(tree->rt))
				return -1;
		}
		sum += spent() - begin;
	}
	return sum / (batches * restarts);
}

static double restart_watched(struct bench_tree *tree, unsigned n, struct prb_witness *witness)
{
	struct reader reader = { .witness = witness };
	pthread_t thread;

	if (pthread_create(&thread, NULL, read_on, &reader) != 0)
		return -1;
	double result = restart(tree, n);

	atomic_store(&reader.done, true);
	pthread_join(thread, NULL);
	return result;
}

double bench_trace_lifecycle(unsigned n)
{
	struct prb_witness *witness = look(PRB_LIFECYCLE, 0);
	struct bench_tree tree;
	double result = -1, with, without = -1;

	if (witness == NULL)
		return BENCH_SKIPPED;
	if (bench_tree_start(&tree, n, 0, RT_ONE_FOR_ONE) && bench_settle(tree.rt)) {
		with = restart_watched(&tree, n, witness);
		prb_witness_close(witness);
		witness = NULL;
		without = restart(&tree, n);
		if (with > 0 && without > 0)
			result = (with - without) * 10000 / 1e9 * 100;
	}
	prb_witness_close(witness);
	bench_tree_free(&tree);
	return result;
}

/* In the name of an actor, or its stack would not be looked at; the least of some times. */
static double burn(void)
{
	double least = 1e18;

	treefall_current = (struct rt_current){ .actor = 1, .place = 1, .incarnation = 1, .run = 1 };
	for (unsigned turn = 0; turn < 20; turn++) {
		double begin = spent();

		for (uint32_t i = 0; i < 20000000; i++)
			__asm__ volatile("" : "+r"(i));
		double time = spent() - begin;

		least = time < least ? time : least;
	}
	treefall_current.actor = 0;
	return least;
}

/* As often as would cost a hundred times as much, or it would be lost in the noise. */
double bench_trace_hotspots(unsigned n)
{
	double with = 1e18, without = 1e18;

	(void)n;
	for (unsigned i = 0; i < 3; i++) {
		struct prb_witness *witness = look(PRB_HOTSPOTS, 100 * PRB_HERTZ);
		double time;

		if (witness == NULL)
			return BENCH_SKIPPED;
		time = burn();
		with = time < with ? time : with;
		prb_witness_close(witness);
		time = burn();
		without = time < without ? time : without;
	}
	return with > without ? (with - without) / without : 0; /* percent, of a hundredth */
}
