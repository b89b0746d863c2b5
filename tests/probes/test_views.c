/* What only the kernel sees: where time goes, what it costs the machine, which processes come and go. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/usdt.h"
#include "runtime/worker.h"
#include "witness_fixture.h"

/* --- where time goes ----------------------------------------------------------------------------------- */

static volatile uint64_t sink;

__attribute__((noinline)) static void planted_hot_loop(void)
{
	for (unsigned i = 0; i < 30000000; i++)
		sink += i;
}

static void burn(struct rt_self *self, void *own, const struct rt_msg *msg)
{
	(void)self, (void)own, (void)msg;
	planted_hot_loop();
}

static void idle(struct rt_self *self, void *own, const struct rt_msg *msg)
{
	(void)self, (void)own, (void)msg;
}

static const struct rt_behaviour burner = { .name = "burner", .help = "burns", .state = 8, .handle = burn };
static const struct rt_behaviour idler = { .name = "idler", .help = "idles", .state = 8, .handle = idle };

struct folded {
	unsigned lines, of_burner, in_loop;
};

static bool read_line(void *ctx, const char *line)
{
	struct folded *folded = ctx;

	folded->lines++;
	if (strncmp(line, "app/s/burner;", 13) != 0)
		return true;
	unsigned times = (unsigned)atoi(strrchr(line, ' ') + 1);

	folded->of_burner += times;
	if (strstr(line, ";planted_hot_loop ") != NULL)
		folded->in_loop += times;
	return true;
}

TEST(unit_a_planted_hot_loop_is_found_with_its_function)
{
	const struct prb_config config = { .views = PRB_BIT(PRB_HOTSPOTS), .hertz = 997 };
	struct prb_witness *witness = open_bpf();
	struct rt_error error = { 0 };
	struct folded folded = { 0 };

	prb_witness_close(witness);
	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("idler", .behaviour = &idler),
				ONE_FOR_ONE("s", CHILDREN(WORKER("burner", .behaviour = &burner))))));

	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) != RT_OK)
		fail_msg("%s", error.text);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(rt_send(f->rt, pid(f, "app/s/burner"), &(struct rt_msg){ .tag = 1 }), RT_OK);
		assert_int_equal(rt_send(f->rt, pid(f, "app/idler"), &(struct rt_msg){ .tag = 1 }), RT_OK);
		settle(f);
	}
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	const struct prb_row *hot = prb_witness_find(witness, "app/s/burner");
	const struct prb_row *cold = prb_witness_find(witness, "app/idler");

	assert_non_null(hot);
	assert_true(hot->samples >= 10);
	assert_true(cold == NULL || cold->samples * 10 < hot->samples);
	assert_int_equal(prb_witness_folded(witness, read_line, &folded), RT_OK);
	assert_int_equal(folded.of_burner, hot->samples);
	/* A sample may find it on its way in or out, or in an interrupt. */
	assert_true(folded.in_loop * 10 >= folded.of_burner * 8);
	prb_witness_close(witness);
	fixture_free(f);
}

TEST(unit_handlers_and_waiting_are_measured_per_actor)
{
	const struct prb_config config = { .views = PRB_BIT(PRB_LATENCY) };
	struct prb_witness *witness = open_bpf();
	struct rt_error error = { 0 };

	prb_witness_close(witness);
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("idler", .behaviour = &idler),
								     WORKER("other", .behaviour = &idler))));

	if (prb_witness_open(PRB_REQUIRE, &config, &witness, &error) != RT_OK)
		fail_msg("%s", error.text);
	for (unsigned i = 0; i < 500; i++)
		assert_int_equal(rt_send(f->rt, pid(f, "app/idler"), &(struct rt_msg){ .tag = 1 }), RT_OK);
	settle(f);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	const struct prb_row *row = prb_witness_find(witness, "app/idler");

	assert_non_null(row);
	assert_int_equal(row->handled, 500);
	assert_int_equal(row->queued, 500);
	/* The last one waited for all the others. */
	assert_true(prb_histogram_at(row->queue, 1000000000) > prb_histogram_at(row->handler, 500000000));
	assert_null(prb_witness_find(witness, "app/other"));
	prb_witness_close(witness);
	fixture_free(f);
}

TEST(unit_runs_with_the_same_path_are_added_up)
{
	struct prb_witness *witness = open_limited(PRB_BIT(PRB_LATENCY), 0, 0);

	for (unsigned run = 1; run <= 3; run++) {
		struct fixture *f =
			start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("idler", .behaviour = &idler))));

		for (unsigned i = 0; i < 10 * run; i++)
			assert_int_equal(rt_send(f->rt, pid(f, "app/idler"), &(struct rt_msg){ .tag = 1 }),
					 RT_OK);
		settle(f);
		fixture_free(f);
		/* However often somebody asks. */
		assert_int_equal(prb_witness_refresh(witness), RT_OK);
		assert_int_equal(prb_witness_refresh(witness), RT_OK);
	}
	const struct prb_row *row = prb_witness_find(witness, "app/idler");
	uint64_t handled = 0;

	assert_int_equal(row->handled, 60);
	assert_int_equal(row->queued, 60);
	for (unsigned i = 0; i < PRB_SLOTS; i++)
		handled += row->handler[i];
	assert_int_equal(handled, 60);
	prb_witness_close(witness);
}

/* There is room for 65,536 that wait. */
TEST(unit_messages_that_wait_among_too_many_are_told_of)
{
	struct prb_witness *witness = open_limited(PRB_BIT(PRB_LATENCY), 0, 0);
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("idler", .behaviour = &idler))));
	const unsigned sent = 65536 + 1000;

	for (unsigned round = 1; round <= 2; round++) {
		for (unsigned i = 0; i < sent; i++)
			assert_int_equal(rt_send(f->rt, pid(f, "app/idler"), &(struct rt_msg){ .tag = 1 }),
					 RT_OK);
		settle(f);
		assert_int_equal(prb_witness_refresh(witness), RT_OK);
		const struct prb_row *row = prb_witness_find(witness, "app/idler");

		assert_int_equal(row->handled, round * sent);
		assert_int_equal(row->queued, round * 65536);
		assert_int_equal(prb_witness_tally(witness).lost[PRB_UNTIMED], round * 1000);
	}
	prb_witness_close(witness);
	fixture_free(f);
}

/* --- what else it does to the machine ------------------------------------------------------------------ */

#define NAPS  5
#define PAGES 300
#define BELLS 7

static void sleep_well(struct rt_self *self, void *own, const struct rt_msg *msg)
{
	(void)self, (void)own, (void)msg;
	usleep(10000);
}

static void touch_pages(struct rt_self *self, void *own, const struct rt_msg *msg)
{
	char *pages = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)self, (void)own, (void)msg;
	assert_true(pages != MAP_FAILED);
	madvise(pages, PAGES * 4096, MADV_NOHUGEPAGE);
	for (unsigned i = 0; i < PAGES; i++)
		pages[i * 4096] = 1;
	munmap(pages, PAGES * 4096);
}

static void ignore(int signal)
{
	(void)signal;
}

static void ring_bells(struct rt_self *self, void *own, const struct rt_msg *msg)
{
	(void)self, (void)own, (void)msg;
	for (unsigned i = 0; i < BELLS; i++)
		raise(SIGUSR2);
}

static const struct rt_behaviour sleeper = {
	.name = "sleeper", .help = "", .state = 8, .handle = sleep_well
};
static const struct rt_behaviour toucher = {
	.name = "toucher", .help = "", .state = 8, .handle = touch_pages
};
static const struct rt_behaviour ringer = { .name = "ringer", .help = "", .state = 8, .handle = ring_bells };

TEST(unit_time_off_the_processor_page_faults_and_signals_are_told_of_who_caused_them)
{
	struct prb_witness *witness = open_limited(PRB_BIT(PRB_HOTSPOTS), 0, 0);
	static const char *const paths[] = { "app/sleeper", "app/toucher", "app/ringer", "app/idler" };
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("sleeper", .behaviour = &sleeper),
								    WORKER("toucher", .behaviour = &toucher),
								    WORKER("ringer", .behaviour = &ringer),
								    WORKER("idler", .behaviour = &idler))));

	signal(SIGUSR2, ignore);
	for (unsigned i = 0; i < NAPS; i++) {
		for (unsigned j = 0; j < 4; j++)
			assert_int_equal(rt_send(f->rt, pid(f, paths[j]), &(struct rt_msg){ .tag = 1 }),
					 RT_OK);
		settle(f);
	}
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	const struct prb_row *sleeps = prb_witness_find(witness, "app/sleeper");
	const struct prb_row *touches = prb_witness_find(witness, "app/toucher");
	const struct prb_row *rings = prb_witness_find(witness, "app/ringer");
	const struct prb_row *idles = prb_witness_find(witness, "app/idler");

	assert_non_null(sleeps);
	assert_true(sleeps->off_cpu_ns >= NAPS * UINT64_C(10000000));
	assert_int_equal(sleeps->signals, 0);
	assert_non_null(touches);
	assert_true(touches->page_faults >= NAPS * PAGES);
	assert_true(sleeps->page_faults < PAGES);
	assert_non_null(rings);
	assert_int_equal(rings->signals, NAPS * BELLS);
	assert_true(idles == NULL || idles->signals == 0);
	assert_true(idles == NULL || idles->page_faults < PAGES);
	signal(SIGUSR2, SIG_DFL);
	prb_witness_close(witness);
	fixture_free(f);
}

/* Nobody spelled the path of one that started before we looked: it is read out of the memory. */
TEST(unit_who_was_there_before_has_a_name_all_the_same)
{
	prb_witness_close(open_bpf()); /* or there is nothing to be tested */

	struct fixture *f = start_tree(&ONE_FOR_ONE(
		"app", CHILDREN(WORKER("a b/%", .behaviour = &idler),
				ONE_FOR_ONE("7", CHILDREN(WORKER("idler", .behaviour = &idler))))));
	struct prb_witness *witness = open_limited(PRB_BIT(PRB_LATENCY), 0, 0);

	assert_int_equal(rt_send(f->rt, pid(f, "app/a%20b%2F%25"), &(struct rt_msg){ .tag = 1 }), RT_OK);
	assert_int_equal(rt_send(f->rt, pid(f, "app/7/idler"), &(struct rt_msg){ .tag = 1 }), RT_OK);
	settle(f);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	assert_non_null(prb_witness_find(witness, "app/a%20b%2F%25"));
	assert_non_null(prb_witness_find(witness, "app/7/idler"));
	prb_witness_close(witness);
	fixture_free(f);
}

/* Runtimes that follow each other lie at the same addresses, and may have other workers at the same places.
 */
TEST(unit_time_in_one_run_is_not_told_of_another)
{
	static const char *const names[] = { "one", "two", "three" };
	struct prb_witness *witness = open_limited(PRB_BIT(PRB_LATENCY), 0, 0);

	for (unsigned i = 0; i < 3; i++) {
		char path[16];
		struct fixture *f =
			start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER(names[i], .behaviour = &idler))));

		snprintf(path, sizeof(path), "app/%s", names[i]);
		for (unsigned j = 0; j <= i; j++)
			assert_int_equal(rt_send(f->rt, pid(f, path), &(struct rt_msg){ .tag = 1 }), RT_OK);
		settle(f);
		assert_int_equal(prb_witness_refresh(witness), RT_OK);
		fixture_free(f);
	}
	assert_int_equal(prb_witness_find(witness, "app/one")->handled, 1);
	assert_int_equal(prb_witness_find(witness, "app/two")->handled, 2);
	assert_int_equal(prb_witness_find(witness, "app/three")->handled, 3);
	prb_witness_close(witness);
}

TEST(unit_latencies_are_let_go_when_they_would_cost_too_much_and_that_is_said)
{
	struct prb_witness *witness = open_limited(PRB_BIT(PRB_LIFECYCLE) | PRB_BIT(PRB_LATENCY), 0, 1000);
	struct fixture *f = start_tree(&ONE_FOR_ONE("app", CHILDREN(WORKER("idler", .behaviour = &idler))));

	assert_int_equal(treefall_message_send_semaphore, 1);
	/* However fast this machine is: the rate is looked at after a tenth of a second. */
	for (unsigned i = 0; i < 100000 && treefall_message_send_semaphore > 0; i++) {
		for (unsigned j = 0; j < 200; j++)
			assert_int_equal(rt_send(f->rt, pid(f, "app/idler"), &(struct rt_msg){ .tag = 1 }),
					 RT_OK);
		settle(f);
		assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	}
	assert_int_equal(treefall_message_send_semaphore, 0);
	assert_int_equal(prb_witness_views(witness), PRB_BIT(PRB_LIFECYCLE));
	assert_non_null(strstr(prb_witness_news(witness), "more than 1000 probe hits a second"));
	/* The others go on. */
	crash(f, "app/idler", "boom");
	settle(f);
	assert_int_equal(prb_witness_refresh(witness), RT_OK);
	assert_int_equal(restarts(witness, "app/idler"), 1);
	prb_witness_close(witness);
	fixture_free(f);
}

struct born {
	unsigned of[3];
	int code;
};

static void see_process(void *ctx, const struct prb_process *process)
{
	struct born *born = ctx;

	born->of[process->kind]++;
	if (process->kind == PRB_EXITED)
		born->code = (int)process->code;
}

TEST(unit_processes_that_are_made_are_seen_with_how_they_ended)
{
	struct prb_witness *witness = open_limited(PRB_BIT(PRB_PROCESSES), 0, 0);
	struct born born = { 0 };
	int status;

	prb_witness_processes(witness, see_process, &born);
	for (unsigned i = 0; i < 2; i++) {
		pid_t child = fork();

		if (child == 0) {
			if (i == 1)
				execl("/bin/sh", "sh", "-c", "exit 9", NULL);
			_exit(7);
		}
		assert_true(child > 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	assert_int_equal(prb_witness_poll(witness, 0), RT_OK);
	assert_int_equal(born.of[PRB_FORK], 2);
	assert_int_equal(born.of[PRB_EXEC], 1);
	assert_int_equal(born.of[PRB_EXITED], 2);
	assert_int_equal(born.code, status);
	assert_int_equal(WEXITSTATUS(born.code), 9);
	prb_witness_close(witness);
}

static unsigned open_files(void)
{
	unsigned count = 0;
	DIR *folder = opendir("/proc/self/fd");

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

TEST(unit_nothing_is_left_behind)
{
	unsigned before;
	struct folded folded;

	prb_witness_close(open_bpf()); /* what libraries keep for good they have by now */
	before = open_files();
	for (unsigned i = 0; i < 2; i++) {
		struct prb_witness *witness = open_limited(PRB_BIT(PRB_VIEWS) - 1, 0, 0);
		struct fixture *f = tree();

		fall(f, 3);
		assert_int_equal(prb_witness_refresh(witness), RT_OK);
		assert_int_equal(prb_witness_folded(witness, read_line, &folded), RT_OK);
		prb_witness_close(witness);
		fixture_free(f);
	}
	assert_int_equal(open_files(), before);
#define X(name, help, args) assert_int_equal(treefall_##name##_semaphore, 0);
	RT_USDT_LIST(X)
#undef X
}

RUN(cmocka_unit_test(unit_a_planted_hot_loop_is_found_with_its_function),
    cmocka_unit_test(unit_handlers_and_waiting_are_measured_per_actor),
    cmocka_unit_test(unit_runs_with_the_same_path_are_added_up),
    cmocka_unit_test(unit_messages_that_wait_among_too_many_are_told_of),
    cmocka_unit_test(unit_time_off_the_processor_page_faults_and_signals_are_told_of_who_caused_them),
    cmocka_unit_test(unit_who_was_there_before_has_a_name_all_the_same),
    cmocka_unit_test(unit_time_in_one_run_is_not_told_of_another),
    cmocka_unit_test(unit_latencies_are_let_go_when_they_would_cost_too_much_and_that_is_said),
    cmocka_unit_test(unit_processes_that_are_made_are_seen_with_how_they_ended),
    cmocka_unit_test(unit_nothing_is_left_behind))
