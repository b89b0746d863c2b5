/* isolation.c - processes of isolated workers, from the outside: forking, talking, watching, burying.
 *
 * A socket joins the two.  An order goes out; packets of deeds come back, and an answer goes out where one is
 * waited for, until the call is over or the other end is silent for good.  Nobody else may hold that end, so
 * a process that dies is noticed at once.  While there is silence we look every tick how much processor time
 * the process has used; the clock of a machine that was asleep does not count.
 */
#include "isolation.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "captive.h"
#include "core.h"
#include "disk.h"
#include "far.h"
#include "guard.h"
#include "isolated.h"
#include "slow.h"

struct captive {
	rt_id worker;
	pid_t pid;
	int channel;
	struct rt_captive_note *note;
	char disk[RT_DISK_PATH];
};

/* What one runtime has of this. */
struct isolation {
	struct rt *rt;
	struct captive **cell; /* by the worker's slot */
	size_t n_cells;
	rt_time budget, patience;
	const volatile int *stop;
	struct rt_isolation_facts facts;
};

/* One call, while its process is silent. */
struct watch {
	struct captive *captive;
	const volatile int *stop;
	rt_time budget, patience;
	rt_time used, used_before; /* processor time: at the first tick, at the last */
	rt_time idle;
	bool begun;
	bool dead;        /* it was at the last tick */
	uint32_t packets; /* that came */
};

/* With somebody at the terminal who wants to go on. */
#define LITTLE_PATIENCE (10 * RT_ISOLATION_TICK)

/* Who asks without end is never silent: we look after so many packets, too. */
#define PACKETS_A_LOOK 1024

static const char *const lacks[RT_LACKS] = {
#define X(name, text) [name] = text,
	RT_LACK_LIST(X)
#undef X
};

const char *rt_lack_text(enum rt_lack lack)
{
	return lacks[lack];
}

/* --- life and death ------------------------------------------------------------------------------------ */

/* Where it is kept; null: no memory. */
static struct captive **cell_of(struct isolation *isolation, uint32_t slot)
{
	size_t n = isolation->n_cells == 0 ? 64 : isolation->n_cells;

	while (n <= slot)
		n *= 2;
	if (n > isolation->n_cells) {
		struct captive **cell = realloc(isolation->cell, n * sizeof(struct captive *));

		if (cell == NULL)
			return NULL;
		memset(cell + isolation->n_cells, 0, (n - isolation->n_cells) * sizeof(struct captive *));
		isolation->cell = cell;
		isolation->n_cells = n;
	}
	return &isolation->cell[slot];
}

/* Is it dead, and of what?  It stays what it is until it is buried; but where the program ignores SIGCHLD, or
 * somebody in it waits for any child, it is buried by others, and its number may be another's. */
enum state { ALIVE, DEAD, GONE };

static enum state look_at(pid_t pid, siginfo_t *info)
{
	*info = (siginfo_t){ .si_code = 0 };
	if (waitid(P_PID, (id_t)pid, info, WEXITED | WNOHANG | WNOWAIT) != 0)
		return errno == ECHILD ? GONE : ALIVE;
	return info->si_pid == pid ? DEAD : ALIVE;
}

/* With whatever it may have left behind. */
static void bury(struct captive *captive)
{
	siginfo_t info;

	if (captive->pid > 0 && look_at(captive->pid, &info) != GONE) {
		kill(-captive->pid, SIGKILL);
		kill(captive->pid, SIGKILL);
		while (waitpid(captive->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	if (captive->channel >= 0)
		close(captive->channel);
	if (captive->note != MAP_FAILED)
		munmap(captive->note, sizeof(*captive->note));
	rt_disk_remove(captive->disk);
	free(captive);
}

static void end(void *ctx, rt_id worker)
{
	struct isolation *isolation = ctx;
	uint32_t slot = rt_id_slot(worker);

	if (slot >= isolation->n_cells || isolation->cell[slot] == NULL)
		return;
	bury(isolation->cell[slot]);
	isolation->cell[slot] = NULL;
}

static void shut(void *ctx)
{
	struct isolation *isolation = ctx;

	for (size_t i = 0; i < isolation->n_cells; i++)
		if (isolation->cell[i] != NULL)
			bury(isolation->cell[i]);
	free(isolation->cell);
	free(isolation);
}

/* It looks silent at each tick. */
static bool join(int channel[2])
{
	const struct timeval tick = { .tv_usec = RT_ISOLATION_TICK / 1000 };

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0)
		return false;
	if (setsockopt(channel[0], SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick)) == 0)
		return true;
	close(channel[0]);
	close(channel[1]);
	return false;
}

static bool fork_captive(struct isolation *isolation, struct captive *captive)
{
	struct rt_captivity captivity = { .rt = isolation->rt,
					  .slot = rt_id_slot(captive->worker),
					  .parent = getpid(),
					  .first_thread = gettid() == getpid(),
					  .disk = captive->disk,
					  .note = captive->note };
	int channel[2];

	if (!join(channel))
		return false;
	captivity.channel = channel[1];
	captive->channel = channel[0];
	captive->pid = fork();
	if (captive->pid == 0)
		rt_captive_run(&captivity);
	close(channel[1]);
	return captive->pid > 0;
}

/* Null, and why, if there can be none. */
static struct captive *make_captive(struct isolation *isolation, uint32_t slot, const char **why)
{
	const struct rt *rt = isolation->rt;
	const struct rt_policy *policy = rt_policy_at(&rt->policies, rt_actor_at(rt, slot)->policy);
	struct captive **cell = cell_of(isolation, slot), *captive = calloc(1, sizeof(*captive));

	*why = "system_limit";
	if (cell == NULL || captive == NULL) {
		free(captive);
		return NULL;
	}
	captive->worker = rt_actor_id(rt, slot);
	captive->channel = -1;
	captive->note = mmap(NULL, sizeof(*captive->note), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*why = "{isolation,disk}";
	if (policy->disk_max != 0 && !rt_disk_make(captive->disk))
		goto undo;
	*why = "{isolation,fork}";
	if (captive->note == MAP_FAILED || !fork_captive(isolation, captive))
		goto undo;
	isolation->facts.started++;
	return *cell = captive;
undo:
	bury(captive);
	return NULL;
}

/* --- how it ended -------------------------------------------------------------------------------------- */

#define REASON_MAX 64

static void name_signal(int number, char reason[REASON_MAX])
{
	const char *name = sigabbrev_np(number);

	if (name == NULL) {
		snprintf(reason, REASON_MAX, "{signal,%d}", number);
		return;
	}
	snprintf(reason, REASON_MAX, "{signal,%s}", name);
	for (char *c = reason; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
}

static void copy_frames(const struct rt_captive_note *note, struct rt_wreck *wreck)
{
	unsigned n = note->wreck.n_frames;

	wreck->n_frames = n < RT_FRAMES_MAX ? n : RT_FRAMES_MAX;
	memcpy(wreck->frame, note->wreck.frame, sizeof(wreck->frame));
}

/* It died of this signal, and may have left a note.  Its own memory wrote that, so nothing in it is relied
 * upon. */
static void tell_signal(const struct captive *captive, int number, char reason[REASON_MAX],
			struct rt_wreck *wreck)
{
	const struct rt_captive_note *note = captive->note;

	name_signal(number, reason);
	wreck->signal = number;
	if (!note->crashed || note->wreck.signal != number)
		return;
	if (number == SIGSEGV && note->wreck.fate == RT_FATE_STACK)
		snprintf(reason, REASON_MAX, "%s", rt_fate_reason(RT_FATE_STACK));
	wreck->addressed = note->wreck.addressed;
	wreck->address = note->wreck.address;
	copy_frames(note, wreck);
}

/* It is alive, and will be killed.  Where is it?  One that does not say is killed all the same. */
static void ask_where(const struct captive *captive, struct rt_wreck *wreck)
{
	const struct timespec pause = { .tv_nsec = RT_MS };

	if (kill(captive->pid, RT_CAPTIVE_STOP) != 0)
		return;
	for (unsigned i = 0; !captive->note->stopped && i < 100 * (rt_slow() ? RT_SLOWER : 1); i++)
		nanosleep(&pause, NULL);
	if (captive->note->stopped)
		copy_frames(captive->note, wreck);
}

/* It hung up.  It is about to be dead, unless it just closed its end. */
static enum state wait_for(pid_t pid, siginfo_t *info)
{
	struct timespec pause = { .tv_nsec = 20000 };
	enum state state = look_at(pid, info);

	for (unsigned i = 0; state == ALIVE && i < 100; i++) {
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 10 * RT_MS)
			pause.tv_nsec *= 2;
		state = look_at(pid, info);
	}
	return state;
}

static void died(struct captive *captive, struct rt_isolated *call)
{
	static const char *const hitches[RT_HITCHES] = {
#define X(name, reason) [name] = reason,
		RT_HITCH_LIST(X)
#undef X
	};
	uint32_t hitch = captive->note->hitch;
	char reason[REASON_MAX] = "{isolation,silent}";
	siginfo_t info;
	enum state state = wait_for(captive->pid, &info);

	if (hitch > RT_HITCH_NONE && hitch < RT_HITCHES)
		snprintf(reason, sizeof(reason), "%s", hitches[hitch]);
	else if (state == DEAD && info.si_code == CLD_EXITED)
		snprintf(reason, sizeof(reason), "{exit_status,%d}", info.si_status);
	else if (state == DEAD)
		tell_signal(captive, info.si_status, reason, &call->wreck);
	else if (state == GONE && captive->note->crashed)
		tell_signal(captive, captive->note->wreck.signal, reason, &call->wreck);
	rt_isolated_died(call, reason);
}

/* --- watching ------------------------------------------------------------------------------------------ */

/* Processor time that it has used in its life; -1: it is dead. */
static rt_time time_used(pid_t pid)
{
	clockid_t clock;
	struct timespec used;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
		return -1;
	return used.tv_sec * RT_SECOND + used.tv_nsec;
}

/* A tick has passed in silence.  Null: go on listening; else why not. */
static const char *look(struct watch *watch)
{
	rt_time used = time_used(watch->captive->pid);

	if (used < 0)
		return NULL; /* it is dead */
	if (!watch->begun) {
		watch->begun = true;
		watch->used = used - RT_ISOLATION_TICK;
	} else if (used - watch->used_before >= RT_ISOLATION_TICK / 10) {
		watch->idle = 0;
	} else {
		watch->idle += RT_ISOLATION_TICK;
	}
	watch->used_before = used;
	if (used - watch->used >= watch->budget)
		return rt_fate_reason(RT_FATE_RUNAWAY);
	if (watch->stop != NULL && *watch->stop != 0 && watch->idle >= LITTLE_PATIENCE)
		return "{isolation,interrupted}";
	return watch->idle >= watch->patience ? "{isolation,stuck}" : NULL;
}

/* From now on so much and no more. */
static void set_budget(struct watch *watch, uint64_t budget)
{
	rt_time used = time_used(watch->captive->pid);

	watch->budget = budget < (uint64_t)RT_SECOND * 3600 ? (rt_time)budget : RT_SECOND * 3600;
	watch->budget *= rt_slow() ? RT_SLOWER : 1;
	watch->used = watch->used_before = used;
	watch->begun = true;
}

/* --- talking ------------------------------------------------------------------------------------------- */

static bool send_all(const struct captive *captive, const void *data, size_t size)
{
	ssize_t sent;

	do
		sent = send(captive->channel, data, size, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)size;
}

/* Do what a packet says.  False: it makes no sense. */
static bool take_packet(struct watch *watch, struct rt_isolated *call, const uint8_t *packet, size_t length)
{
	uint64_t answer[RT_DEED_ANSWERS];
	struct rt_deed deed;

	while (length > 0 && !call->over) {
		size_t size = rt_deed_unpack(&deed, packet, length);

		if (size == 0 || !rt_isolated_do(call, &deed, answer))
			return false;
		if (deed.kind == RT_DEED_LIMIT)
			set_budget(watch, deed.number[0]);
		/* Should it be gone, the next look finds out. */
		if (rt_deed_rows[deed.kind].answers > 0 && !call->over)
			(void)send_all(watch->captive, answer, sizeof(answer));
		packet += size;
		length -= size;
	}
	return true;
}

/* Nothing came for a tick.  What it said before it died comes before that. */
static const char *wait_more(struct watch *watch, struct rt_isolated *call)
{
	siginfo_t info;

	if (watch->dead)
		died(watch->captive, call);
	watch->dead = look_at(watch->captive->pid, &info) != ALIVE;
	return call->over || watch->dead ? NULL : look(watch);
}

static void listen_to(struct watch *watch, struct rt_isolated *call)
{
	uint8_t packet[RT_PACKET_MAX];

	while (!call->over) {
		ssize_t length = recv(watch->captive->channel, packet, sizeof(packet), 0);
		const char *why = NULL;

		if (length > 0) {
			if (!take_packet(watch, call, packet, (size_t)length))
				rt_isolated_died(call, "{isolation,garbled}");
			else if (++watch->packets % PACKETS_A_LOOK == 0)
				why = look(watch);
		} else if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			why = wait_more(watch, call);
		} else if (length == 0 || errno != EINTR) {
			died(watch->captive, call);
		}
		if (why == NULL || call->over)
			continue;
		ask_where(watch->captive, &call->wreck);
		rt_isolated_died(call, why);
	}
}

static void call_captive(void *ctx, struct rt_isolated *call)
{
	struct isolation *isolation = ctx;
	const struct rt *rt = isolation->rt;
	uint32_t slot = call->self->slot;
	struct captive *captive = slot < isolation->n_cells ? isolation->cell[slot] : NULL;
	struct rt_order order = { .code = call->code,
				  .now = rt->now,
				  .handled = rt_actor_at(rt, slot)->handled };
	const struct rt_deed nothing = { .kind = RT_DEED_RETURN };
	uint64_t answer[RT_DEED_ANSWERS];
	const char *why;

	if (call->msg == NULL && rt->hooks.inside == NULL) {
		(void)rt_isolated_do(call, &nothing, answer);
		return;
	}
	if (captive == NULL)
		captive = make_captive(isolation, slot, &why);
	if (captive == NULL) {
		isolation->facts.lacks |= 1u << RT_LACK_PROCESS;
		rt_isolated_died(call, why);
		return;
	}
	if (call->msg != NULL) {
		order.msg = *call->msg;
	} else {
		order.inside = rt->hooks.inside;
		order.ctx = rt->hooks.ctx;
	}
	struct watch watch = { .captive = captive,
			       .budget = isolation->budget,
			       .patience = isolation->patience,
			       .stop = isolation->stop };

	/* If it does not arrive, nobody is there to answer. */
	(void)send_all(captive, &order, sizeof(order));
	listen_to(&watch, call);
	isolation->facts.lacks |= captive->note->lacks & ((1u << RT_LACKS) - 1);
	if (captive->note->hitch != RT_HITCH_NONE)
		isolation->facts.lacks |= 1u << RT_LACK_PROCESS;
}

/* --- for others ---------------------------------------------------------------------------------------- */

enum rt_status rt_isolation_install(struct rt *rt, const struct rt_isolation_options *options)
{
	static const struct rt_isolation_options defaults;
	struct isolation *isolation = calloc(1, sizeof(*isolation));
	rt_time slower = rt_slow() ? RT_SLOWER : 1;

	if (isolation == NULL)
		return RT_ENOMEM;
	if (options == NULL)
		options = &defaults;
	isolation->rt = rt;
	isolation->budget = slower * (options->budget > 0 ? options->budget : RT_ISOLATION_BUDGET);
	isolation->stop = options->stop;
	isolation->patience = slower * (options->patience > 0 ? options->patience : RT_ISOLATION_PATIENCE);
	rt_isolate(rt, &(struct rt_isolator){
			       .ctx = isolation, .call = call_captive, .end = end, .close = shut });
	return RT_OK;
}

bool rt_isolation_facts(const struct rt *rt, struct rt_isolation_facts *facts)
{
	if (rt->isolator.call != call_captive)
		return false;
	*facts = ((const struct isolation *)rt->isolator.ctx)->facts;
	return true;
}
