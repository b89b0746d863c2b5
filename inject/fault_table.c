/* fault_table.c - one row per fault.
 *
 * Adding a fault takes a row here, a function in one of the fault_*.c files and a scenario in the library
 * that shows it; help, completion, schema, checks and docs follow from the row.
 */
#include <string.h>

#include "fault.h"

#define X(name, text) text,
static const char *const restarts[] = { RT_RESTART_LIST(X) NULL };
static const char *const auto_shutdowns[] = { RT_AUTO_SHUTDOWN_LIST(X) NULL };
#undef X
/* Nothing becomes or ceases to be a pool while it runs. */
static const char *const strategies[] = { "one_for_one", "one_for_all", "rest_for_one", NULL };

static const char *const hows[] = { [INJ_HOW_REFUSE] = "refuse", [INJ_HOW_SILENT] = "silent", NULL };
static const char *const ways[] = { [INJ_WAY_FORWARD] = "forward", [INJ_WAY_BACK] = "back", NULL };

#define DAY (86400 * RT_SECOND)

#define BY_PARAM(what, usual)                                                                                \
	{                                                                                                    \
		.name = "by", .help = what, .type = INJ_DURATION, .min = 1, .max = DAY, .fallback = usual    \
	}

#define CHILD_PARAM                                                                                          \
	{                                                                                                    \
		.name = "child", .help = "the id of the child; of a pool: its key", .type = INJ_ID,          \
		.mandatory = true                                                                            \
	}

/* A harm without parameters, of which the worker ends. */
#define REAL(word, text, what, shown)                                                                        \
	{                                                                                                    \
		.name = word, .help = text, .example = word " core/cache", .proof = "exit",                  \
		.scenario = shown, .aim = INJ_AIM_WORKER, .chance = INJ_CHANCE_MESSAGE, .harm = what,        \
		.fire = inj_harm_fire                                                                        \
	}

const struct inj_fault inj_faults[] = {
	{
		.name = "crash",
		.help = "the worker ends now, by itself, with an abnormal reason",
		.example = "crash core/cache reason=badarg",
		.proof = "exit",
		.scenario = "one-for-one.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_MESSAGE,
		.params = { [INJ_P_REASON] = { .name = "reason",
					       .help = "why it ends; normal and shutdown are for `exit`",
					       .type = INJ_REASON,
					       .fallback = "crash",
					       .abnormal = true } },
		.fire = inj_crash_fire,
	},
	{
		.name = "exit",
		.help = "the worker ends now, by itself, with any reason",
		.example = "exit core/cache reason=normal",
		.proof = "exit",
		.scenario = "restart-types.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_MESSAGE,
		.params = { [INJ_P_REASON] = { .name = "reason",
					       .help = "why it ends",
					       .type = INJ_REASON,
					       .mandatory = true } },
		.fire = inj_crash_fire,
	},
	{
		.name = "kill",
		.help = "the process, worker or supervisor, is killed and cannot help it; its reason is "
			"killed",
		.example = "kill core/telemetry",
		.proof = "exit",
		.scenario = "kill-supervisor.yaml",
		.aim = INJ_AIM_ANY,
		.chance = INJ_CHANCE_TICK,
		.fire = inj_kill_fire,
	},
	REAL("segv", "the worker really writes to memory that is not there", INJ_HARM_SEGV,
	     "real-crashes.yaml"),
	REAL("bus", "the worker really gets SIGBUS", INJ_HARM_BUS, "real-crashes.yaml"),
	REAL("fpe", "the worker really divides by zero", INJ_HARM_FPE, "real-crashes.yaml"),
	REAL("ill", "the worker really runs an instruction that does not exist", INJ_HARM_ILL,
	     "real-crashes.yaml"),
	REAL("abort", "the worker really calls abort()", INJ_HARM_ABORT, "real-crashes.yaml"),
	REAL("stack_overflow", "the worker really calls itself until its stack is used up",
	     INJ_HARM_STACK_OVERFLOW, "real-crashes.yaml"),
	REAL("busy_loop", "the worker really loops for ever; it is stopped after 20 ms of processor time",
	     INJ_HARM_BUSY_LOOP, "real-exhaustion.yaml"),
	{
		.name = "leak",
		.help = "the worker takes memory and keeps it; past its quota (`memory`) it ends with "
			"memory_quota",
		.example = "leak core/cache size=1MiB",
		.proof = "exit",
		.scenario = "real-exhaustion.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_MESSAGE,
		.harm = INJ_HARM_LEAK,
		.params = { [INJ_P_SIZE] = { .name = "size",
					     .help = "how much, each time",
					     .type = INJ_SIZE,
					     .min = 1,
					     .max = (int64_t)1 << 40,
					     .fallback = "1MiB" } },
		.fire = inj_harm_fire,
	},
	REAL("disk_full",
	     "the worker really writes to its scratch disk (`disk`) until it is full, and ends with enospc",
	     INJ_HARM_DISK_FULL, "isolated.yaml"),
	REAL("corrupt_state",
	     "random bytes in the worker's state; a server that finds them ends with bad_state",
	     INJ_HARM_CORRUPT_STATE, "real-exhaustion.yaml"),
	{
		.name = "init_fail",
		.help = "the next starts fail: `times` of them (1), after `skip` that are left alone",
		.example = "init_fail core/cache reason=no_port times=2",
		.proof = "start_failed",
		.scenario = "init-that-fails.yaml",
		.aim = INJ_AIM_ANY,
		.chance = INJ_CHANCE_START,
		.lasting = true,
		.stays = true,
		.params = { [INJ_P_REASON] = { .name = "reason",
					       .help = "what the start function says",
					       .type = INJ_REASON,
					       .fallback = "init_failed" } },
		.fire = inj_init_fail_fire,
	},
	{
		.name = "slow_init",
		.help = "the next starts take time, and the supervisor waits: `times` of them (1), after "
			"`skip`",
		.example = "slow_init core/cache by=2s times=2",
		.proof = "ready",
		.scenario = "slow-init.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_START,
		.lasting = true,
		.stays = true,
		.slows = true,
		.params = { [INJ_P_BY] = BY_PARAM("how much longer a start takes", "1s") },
		.fire = inj_slow_init_fire,
	},
	{
		.name = "hang",
		.help = "the worker takes no messages any more, until it is healed or restarted",
		.example = "hang core/cache duration=5s",
		.proof = "suspend",
		.scenario = "hang.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_MESSAGE,
		.lasting = true,
		.fire = inj_hang_fire,
		.heal = inj_hang_heal,
	},
	{
		.name = "ignore_shutdown",
		.help = "who works there does not notice the order of its supervisor to shut down",
		.example = "ignore_shutdown core/cache",
		.proof = "shutdown_timeout",
		.scenario = "ignore-shutdown.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_TICK,
		.lasting = true,
		.stays = true,
		.deafens = true,
		.fire = inj_ignore_shutdown_fire,
	},
	{
		.name = "alloc_fail",
		.help = "the worker asks for memory and gets none: the next time, or the nth from now",
		.example = "alloc_fail core/cache nth=3",
		.proof = "resource_refused",
		.scenario = "exhaustion.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_ALLOCATION,
		.lasting = true,
		.stays = true,
		.params = { [INJ_P_NTH] = { .name = "nth",
					    .help = "only this allocation, counted from when it is injected",
					    .type = INJ_COUNT,
					    .min = 1,
					    .max = INT64_MAX } },
		.fire = inj_alloc_fail_fire,
	},
	{
		.name = "fd_exhaust",
		.help = "who works there gets no file descriptor any more; a process of its own really has "
			"none",
		.example = "fd_exhaust core/cache duration=5s",
		.proof = "resource_refused",
		.scenario = "exhaustion.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_TICK,
		.lasting = true,
		.stays = true,
		.harm = INJ_HARM_FD_EXHAUST,
		.fire = inj_fd_exhaust_fire,
		.heal = inj_fd_exhaust_heal,
		.grant = inj_fd_exhaust_grant,
	},
	{
		.name = "mailbox_flood",
		.help = "a flood of messages to the worker, at once",
		.example = "mailbox_flood core/cache count=10000",
		.proof = "message",
		.scenario = "exhaustion.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_TICK,
		.params = { [INJ_P_COUNT] = { .name = "count",
					      .help = "how many",
					      .type = INJ_COUNT,
					      .min = 1,
					      .max = 1000000,
					      .fallback = "10000" } },
		.fire = inj_send_fire,
	},
	{
		.name = "slow",
		.help = "the worker takes longer for each message, until it is healed or restarted",
		.example = "slow core/cache by=200ms duration=5s",
		.proof = "message",
		.scenario = "slow.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_MESSAGE,
		.lasting = true,
		.params = { [INJ_P_BY] = BY_PARAM("how much longer", "100ms") },
		.fire = inj_last_fire,
		.burden = inj_slow_burden,
	},
	{
		.name = "drop",
		.help = "messages to the worker are lost on their way: `times` of them (1)",
		.example = "drop core/cache probability=10% duration=5s",
		.proof = "message_lost",
		.scenario = "messages.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_DELIVERY,
		.lasting = true,
		.stays = true,
		.fire = inj_drop_fire,
	},
	{
		.name = "duplicate",
		.help = "messages to the worker arrive more than once: `times` of them (1)",
		.example = "duplicate core/cache copies=2 times=10",
		.proof = "message_duplicated",
		.scenario = "messages.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_DELIVERY,
		.lasting = true,
		.stays = true,
		.params = { [INJ_P_COPIES] = { .name = "copies",
					       .help = "how many times more it arrives",
					       .type = INJ_COUNT,
					       .min = 1,
					       .max = 1000,
					       .fallback = "1" } },
		.fire = inj_duplicate_fire,
	},
	{
		.name = "delay",
		.help = "messages to the worker arrive later: `times` of them (1)",
		.example = "delay core/cache by=250ms times=10",
		.proof = "message_delayed",
		.scenario = "messages.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_DELIVERY,
		.lasting = true,
		.stays = true,
		.params = { [INJ_P_BY] = BY_PARAM("how much later", "100ms") },
		.fire = inj_delay_fire,
	},
	{
		.name = "reorder",
		.help = "messages to the worker arrive a little later, each by another time, and overtake "
			"each "
			"other",
		.example = "reorder core/cache within=20ms probability=50%",
		.proof = "message_delayed",
		.scenario = "messages.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_DELIVERY,
		.lasting = true,
		.stays = true,
		.params = { [INJ_P_WITHIN] = { .name = "within",
					       .help = "each is later by less than this",
					       .type = INJ_DURATION,
					       .min = 2,
					       .max = DAY,
					       .fallback = "10ms" } },
		.fire = inj_reorder_fire,
	},
	{
		.name = "partition",
		.help = "no message passes between the target and `from`, nor between what is below them",
		.example = "partition core/cache from=core/storage duration=10s",
		.proof = "message_lost",
		.scenario = "messages.yaml",
		.aim = INJ_AIM_ANY,
		.chance = INJ_CHANCE_TICK,
		.lasting = true,
		.stays = true,
		.divides = true,
		.params = { [INJ_P_FROM] = { .name = "from",
					     .help = "the other side, a path or a pattern; who is on both is "
						     "on the "
						     "target's",
					     .type = INJ_PATH,
					     .mandatory = true } },
		.fire = inj_last_fire,
		.deliver = inj_partition_deliver,
	},
	{
		.name = "dependency_down",
		.help = "requests to the worker are turned away, or vanish",
		.example = "dependency_down core/cache how=silent duration=10s",
		.proof = "request",
		.scenario = "dependency.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_TICK,
		.lasting = true,
		.stays = true,
		.params = { [INJ_P_HOW] = { .name = "how",
					    .help = "is who asks told at once, or left to wait",
					    .type = INJ_WORD,
					    .words = hows,
					    .fallback = "refuse" } },
		.fire = inj_last_fire,
		.deliver = inj_dependency_down_deliver,
	},
	{
		.name = "dependency_slow",
		.help = "requests to the worker arrive later",
		.example = "dependency_slow core/cache by=2s duration=10s",
		.proof = "message_delayed",
		.scenario = "dependency.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_TICK,
		.lasting = true,
		.stays = true,
		.params = { [INJ_P_BY] = BY_PARAM("how much later", "1s") },
		.fire = inj_last_fire,
		.deliver = inj_dependency_slow_deliver,
	},
	{
		.name = "dependency_wrong",
		.help = "requests to the worker are answered, and the answers are wrong",
		.example = "dependency_wrong core/cache duration=10s",
		.proof = "request",
		.scenario = "dependency.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_TICK,
		.lasting = true,
		.stays = true,
		.fire = inj_last_fire,
		.deliver = inj_dependency_wrong_deliver,
	},
	{
		.name = "clock_jump",
		.help = "the wall clock of who works there is off; the time of the run is not",
		.example = "clock_jump core/cache by=1h way=back",
		.proof = "request",
		.scenario = "clock.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_TICK,
		.lasting = true,
		.stays = true,
		.params = { [INJ_P_BY] = { .name = "by",
					   .help = "how far",
					   .type = INJ_DURATION,
					   .min = 1,
					   .max = 365 * DAY,
					   .fallback = "10s" },
			    [INJ_P_WAY] = { .name = "way",
					    .help = "ahead or behind",
					    .type = INJ_WORD,
					    .words = ways,
					    .fallback = "forward" } },
		.fire = inj_last_fire,
		.skew = inj_clock_jump_skew,
	},
	{
		.name = "signal",
		.help = "a stranger sends the process an exit signal, which it may trap or drop",
		.example = "signal core/cache reason=boom",
		.proof = "exit",
		.scenario = "signals.yaml",
		.aim = INJ_AIM_ANY,
		.chance = INJ_CHANCE_TICK,
		.params = { [INJ_P_REASON] = { .name = "reason",
					       .help = "of the signal; `kill` cannot be trapped",
					       .type = INJ_REASON,
					       .mandatory = true } },
		.fire = inj_signal_fire,
	},
	{
		.name = "send",
		.help = "messages to the worker, for trying out what depends on them",
		.example = "send core/cache count=100",
		.proof = "message",
		.scenario = "triggers.yaml",
		.aim = INJ_AIM_WORKER,
		.chance = INJ_CHANCE_TICK,
		.params = { [INJ_P_COUNT] = { .name = "count",
					      .help = "how many",
					      .type = INJ_COUNT,
					      .min = 1,
					      .max = 1000000,
					      .fallback = "1" } },
		.fire = inj_send_fire,
	},
	{
		.name = "stop",
		.help = "an orderly stop of the supervisor that its parent did not ask for",
		.example = "stop core/telemetry reason=normal",
		.proof = "exit",
		.scenario = "supervisor-calls.yaml",
		.aim = INJ_AIM_SUPERVISOR,
		.chance = INJ_CHANCE_TICK,
		.params = { [INJ_P_REASON] = { .name = "reason",
					       .help = "that it ends with",
					       .type = INJ_REASON,
					       .fallback = "normal" } },
		.fire = inj_stop_fire,
	},
	{
		.name = "set",
		.help = "the supervisor has other flags from now on, after its own restarts too",
		.example = "set core strategy=one_for_all intensity=5",
		.proof = "set",
		.scenario = "supervisor-calls.yaml",
		.aim = INJ_AIM_SUPERVISOR,
		.chance = INJ_CHANCE_TICK,
		.some_param = true,
		.params = { [INJ_P_STRATEGY] = { .name = "strategy",
						 .help = "whom it restarts with a child",
						 .type = INJ_WORD,
						 .words = strategies },
			    [INJ_P_INTENSITY] = { .name = "intensity",
						  .help = "restarts that it allows in a period",
						  .type = INJ_COUNT,
						  .max = UINT32_MAX },
			    [INJ_P_PERIOD] = { .name = "period",
					       .help = "whole seconds in which restarts are counted",
					       .type = INJ_DURATION,
					       .min = RT_SECOND,
					       .max = RT_SECOND * 1000000000,
					       .seconds = true },
			    [INJ_P_AUTO_SHUTDOWN] = { .name = "auto_shutdown",
						      .help = "whether it ends with its significant children",
						      .type = INJ_WORD,
						      .words = auto_shutdowns } },
		.fire = inj_set_fire,
	},
	{
		.name = "start_child",
		.help = "ask the supervisor for one more child; of a pool by its key, or the next number",
		.example = "start_child core child=audit restart=transient",
		.proof = "result",
		.scenario = "supervisor-calls.yaml",
		.aim = INJ_AIM_SUPERVISOR,
		.chance = INJ_CHANCE_TICK,
		.call = true,
		.params = { [INJ_P_CHILD] = { .name = "child",
					      .help = "its id; of a pool: its key, by default the next "
						      "number",
					      .type = INJ_ID },
			    [INJ_P_WORKER] = { .name = "worker",
					       .help = "what it does",
					       .type = INJ_ID,
					       .names = rt_worker_names },
			    [INJ_P_RESTART] = { .name = "restart",
						.help = "when it is restarted",
						.type = INJ_WORD,
						.words = restarts },
			    [INJ_P_SHUTDOWN] = { .name = "shutdown",
						 .help = "how long it may take to stop",
						 .type = INJ_SHUTDOWN },
			    [INJ_P_SIGNIFICANT] = { .name = "significant",
						    .help = "does its end count for auto_shutdown",
						    .type = INJ_BOOL },
			    [INJ_P_TRAP_EXIT] = { .name = "trap_exit",
						  .help = "does it trap exit signals",
						  .type = INJ_BOOL } },
		.fire = inj_start_child_fire,
	},
	{
		.name = "terminate_child",
		.help = "ask the supervisor to stop a child and not to restart it",
		.example = "terminate_child core child=cache",
		.proof = "result",
		.scenario = "supervisor-calls.yaml",
		.aim = INJ_AIM_SUPERVISOR,
		.chance = INJ_CHANCE_TICK,
		.call = true,
		.params = { [INJ_P_CHILD] = CHILD_PARAM },
		.fire = inj_terminate_child_fire,
	},
	{
		.name = "restart_child",
		.help = "ask the supervisor to start a child again that was stopped",
		.example = "restart_child core child=cache",
		.proof = "result",
		.scenario = "supervisor-calls.yaml",
		.aim = INJ_AIM_SUPERVISOR,
		.chance = INJ_CHANCE_TICK,
		.call = true,
		.params = { [INJ_P_CHILD] = CHILD_PARAM },
		.fire = inj_restart_child_fire,
	},
	{
		.name = "delete_child",
		.help = "ask the supervisor to forget a child that was stopped",
		.example = "delete_child core child=cache",
		.proof = "result",
		.scenario = "supervisor-calls.yaml",
		.aim = INJ_AIM_SUPERVISOR,
		.chance = INJ_CHANCE_TICK,
		.call = true,
		.params = { [INJ_P_CHILD] = CHILD_PARAM },
		.fire = inj_delete_child_fire,
	},
	{
		.name = "heal",
		.help = "take away every fault that lasts on the target",
		.example = "heal core/cache",
		.proof = "fault_healed",
		.scenario = "ignore-shutdown.yaml",
		.aim = INJ_AIM_ANY,
		.chance = INJ_CHANCE_TICK,
		.heals = true,
		.fire = inj_heal_fire,
	},
};
const size_t inj_faults_count = sizeof(inj_faults) / sizeof(inj_faults[0]);

const struct inj_fault *inj_fault_find(const char *name)
{
	for (size_t i = 0; i < inj_faults_count; i++) {
		if (strcmp(inj_faults[i].name, name) == 0)
			return &inj_faults[i];
	}
	return NULL;
}

const char *inj_aim_text(enum inj_aim aim)
{
	switch (aim) {
	case INJ_AIM_WORKER:
		return "worker";
	case INJ_AIM_SUPERVISOR:
		return "supervisor";
	case INJ_AIM_ANY:
		break;
	}
	return "worker or supervisor";
}

const char *inj_chance_text(enum inj_chance chance)
{
	switch (chance) {
	case INJ_CHANCE_MESSAGE:
		return "message";
	case INJ_CHANCE_START:
		return "start";
	case INJ_CHANCE_DELIVERY:
		return "delivery";
	case INJ_CHANCE_ALLOCATION:
		return "allocation";
	case INJ_CHANCE_TICK:
		break;
	}
	return "tick";
}
