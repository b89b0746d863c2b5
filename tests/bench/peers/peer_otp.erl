%% peer_otp.erl - the work of treefall-bench done by OTP's supervisor: `peer_otp RUN N` measures once and prints
%% a line for each figure.  Workers are plain processes without a start handshake, and nothing is logged: the
%% cheapest that a supervisor can be given.
-module(peer_otp).
-behaviour(supervisor).
-export([main/1, init/1, start_worker/1, start_failing/1, start_supervisor/1]).

%% A supervisor walks the list of its restarts in the period at each restart.  So that they are not what is
%% measured, they are forgotten every BATCH restarts, while the clock stands.
-define(BATCH, 20).
-define(RESTARTS, 8).

%% So many, or a few where only the shape of figures matters.
times(Count) ->
	case os:getenv("QUICK") of
		false -> Count;
		_ -> ?BATCH * (1 + Count div 100 div ?BATCH)
	end.

main([Run, N]) ->
	logger:set_primary_config(level, none),
	process_flag(trap_exit, true),
	register(driver, self()),
	run(Run, list_to_integer(N)),
	halt(0).

tell(Bench, N, Value, Unit) ->
	io:format("{\"bench\":\"~s\",\"n\":~b,\"value\":~.6g,\"unit\":\"~s\"}~n", [Bench, N, float(Value), Unit]).

ns() -> erlang:monotonic_time(nanosecond).

%% --- what is supervised ---------------------------------------------------------------------------------------

%% Told: who is told that it is up.
start_worker(Told) ->
	{ok, spawn_link(fun() -> up(Told), loop({0, 0, 0, 0, 0, 0, 0, 0}) end)}.

%% Fails as soon as it runs, so often.
start_failing(Left) ->
	{ok, spawn_link(fun() ->
		case atomics:sub_get(Left, 1, 1) of
			N when N >= 0 -> exit(crash);
			_ -> up(driver), loop({0, 0, 0, 0, 0, 0, 0, 0})
		end
	end)}.

up(nobody) -> ok;
up(Told) -> Told ! {up, self()}.

loop(State) ->
	receive
		{add, N} -> loop(setelement(1, State, element(1, State) + N));
		{ping, From, Left} -> From ! {ping, self(), Left - 1}, loop(State);
		{count, From} -> From ! {counted, element(1, State)}, loop(State)
	end.

start_supervisor(Plan) -> supervisor:start_link(?MODULE, Plan).

flags(Strategy) -> #{strategy => Strategy, intensity => 1000000000, period => 1}.

worker(Id, Told) ->
	#{id => Id, start => {?MODULE, start_worker, [Told]}, shutdown => 5000}.

below(Id, Plan) ->
	#{id => Id, start => {?MODULE, start_supervisor, [Plan]}, type => supervisor, shutdown => infinity}.

%% Workers of which only the last tells that it is up.
init({workers, Strategy, N, Told}) ->
	{ok, {flags(Strategy), [worker(I, nobody) || I <- lists:seq(1, N - 1)] ++ [worker(N, Told)]}};
init({failing, Left}) ->
	{ok, {flags(one_for_one),
	      [#{id => 1, start => {?MODULE, start_failing, [Left]}, shutdown => 5000}]}};
init({telling, N}) ->
	{ok, {flags(one_for_one), [worker(I, driver) || I <- lists:seq(1, N)]}};
%% Supervisors of `Each` workers.
init({wide, N, Each}) ->
	{ok, {flags(one_for_one),
	      [below(I, {workers, one_for_one, Each, nobody}) || I <- lists:seq(1, N div Each)]}};
init(pool) ->
	{ok, {flags(simple_one_for_one), [worker(any, driver)]}};
init(quiet_pool) ->
	{ok, {flags(simple_one_for_one), [worker(any, nobody)]}};
%% One below the other: none but the first allows a restart.
init({spine, 0}) ->
	{ok, {(flags(one_for_one))#{intensity => 0, period => 5}, [worker(leaf, driver)]}};
init({spine, N}) ->
	{ok, {(flags(one_for_one))#{intensity => 0, period => 5}, [below(N, {spine, N - 1})]}};
init({spine_root, N}) ->
	{ok, {flags(one_for_one), [below(N, {spine, N - 1})]}};
init({full, 1}) ->
	{ok, {#{}, [worker(I, nobody) || I <- [a, b, c, d]]}};
init({full, N}) ->
	{ok, {#{}, [below(I, {full, N - 1}) || I <- [a, b, c, d]]}}.

%% --- restarts -------------------------------------------------------------------------------------------------

run("restart", 1) ->
	%% One that fails by itself needs no order.
	Left = atomics:new(1, []),
	{ok, S} = start_supervisor({failing, Left}),
	Pid = receive {up, P} -> P end,
	Times = times(200000),
	{Warm, _} = failures(S, Left, Pid, ?BATCH * (1 + Times div 10 div ?BATCH), 0),
	{Then, Spent} = failures(S, Left, Warm, Times, 0),
	tell("restart_soft", 1, Times * 1.0e9 / Spent, "per second"),
	told(1, latencies(S, 1, {Then}, Times, []));
run("restart_static", N) ->
	{ok, S} = start_supervisor({telling, N}),
	Pids = [receive {up, P} -> P end || _ <- lists:seq(1, N)],
	Few = list_to_tuple(few(Pids, N div 20, ?BATCH)),
	{_, Spent} = batches(S, Few, 200, 0),
	tell("restart_soft", N, 200 * 1.0e9 / Spent, "per second");
run("restart", N) ->
	{ok, S} = start_supervisor(pool),
	%% Of the many, always the same few, for a tuple of all would be copied each time.
	restarts(S, N, list_to_tuple(few(pool(S, N), N div 16, 16)), times(8000));
%% All in one period of the supervisor.
run("restart_window", N) ->
	{ok, _} = start_supervisor({workers, one_for_one, 1, driver}),
	Pid = receive {up, P} -> P end,
	Begin = ns(),
	again(Pid, N),
	tell("restart_window", N, N * 1.0e9 / (ns() - Begin), "per second");

%% --- many at once ---------------------------------------------------------------------------------------------

run("storm_one_for_all", N) ->
	storm("storm_one_for_all", one_for_all, N);
run("storm_rest_for_one", N) ->
	storm("storm_rest_for_one", rest_for_one, N);
run("escalate_spine", N) ->
	{ok, S} = start_supervisor({spine_root, N}),
	Leaf = receive {up, P} -> {P} end,
	Times = times(3000),
	{Warm, _} = batches(S, Leaf, times(300), 0),
	{_, Spent} = batches(S, Warm, Times, 0),
	tell("escalate_spine", N, Spent / 1.0e3 / Times, "us");
run("full_tree", N) ->
	{ok, Root} = start_supervisor({full, N}),
	Begin = ns(),
	unlink(Root),
	Ref = monitor(process, Root),
	%% It takes this for its parent's order.
	exit(Root, shutdown),
	receive {'DOWN', Ref, _, _, _} -> ok end,
	Down = ns(),
	{ok, _} = start_supervisor({full, N}),
	tell("full_tree_teardown", N, (Down - Begin) / 1.0e6, "ms"),
	tell("full_tree_rebuild", N, (ns() - Down) / 1.0e6, "ms");

%% --- a million ------------------------------------------------------------------------------------------------

run("start_static", N) ->
	starts(N, fun() -> {ok, _} = start_supervisor({wide, N, 1000}) end);
run("start_pool", N) ->
	starts(N, fun() ->
		{ok, S} = start_supervisor(quiet_pool),
		[{ok, _} = supervisor:start_child(S, []) || _ <- lists:seq(1, N)]
	end);

%% --- messages -------------------------------------------------------------------------------------------------

run("cast", N) ->
	{ok, S} = start_supervisor(quiet_pool),
	Pids = [begin {ok, P} = supervisor:start_child(S, []), P end || _ <- lists:seq(1, N)],
	Count = times(4000000),
	cast(Pids, Pids, Count div 10),
	counted(Pids),
	Begin = ns(),
	cast(Pids, Pids, Count),
	counted(Pids),
	tell("cast", N, Count * 1.0e9 / (ns() - Begin), "per second");
run("pingpong", N) ->
	{ok, S} = start_supervisor(quiet_pool),
	Pids = [begin {ok, P} = supervisor:start_child(S, []), P end || _ <- lists:seq(1, N)],
	Trips = times(2000000) div N,
	Begin = ns(),
	Me = self(),
	Others = [spawn_link(fun() -> P ! {ping, self(), 0}, pong(Trips, Me) end) || P <- Pids],
	[receive {done, O} -> ok end || O <- Others],
	tell("pingpong", N, Trips * N * 1.0e9 / (ns() - Begin), "per second").

pool(S, N) ->
	[begin {ok, _} = supervisor:start_child(S, []), receive {up, P} -> P end end || _ <- lists:seq(1, N)].

few(_, _, 0) -> [];
few(Pids, Step, Count) -> [hd(Pids) | few(lists:nthtail(Step - 1, tl(Pids)), Step, Count - 1)].

%% By somebody else, who is given a copy of the whole state and ends.
forget(S) ->
	{_, Ref} = spawn_monitor(fun() ->
		sys:replace_state(S, fun(State) when is_list(element(?RESTARTS, State)) ->
			setelement(?RESTARTS, State, [])
		end)
	end),
	receive {'DOWN', Ref, _, _, normal} -> ok end.

restarts(S, N, Pids, Times) ->
	{Warm, _} = batches(S, Pids, ?BATCH * (1 + Times div 10 div ?BATCH), 0),
	{Then, Spent} = batches(S, Warm, Times, 0),
	tell("restart_soft", N, Times * 1.0e9 / Spent, "per second"),
	told(N, latencies(S, 1, Then, Times, [])).

told(N, Latencies) ->
	Times = length(Latencies),
	Sorted = list_to_tuple(lists:sort(Latencies)),
	tell("restart_soft_p50", N, element(Times div 2, Sorted), "ns"),
	tell("restart_soft_p99", N, element(Times * 99 div 100, Sorted), "ns").

failures(_, _, Pid, 0, Spent) -> {Pid, Spent};
failures(S, Left, Pid, Times, Spent) ->
	forget(S),
	atomics:put(Left, 1, ?BATCH - 1),
	Begin = ns(),
	exit(Pid, crash),
	Then = receive {up, P} -> P end,
	failures(S, Left, Then, Times - ?BATCH, Spent + ns() - Begin).

batches(_, Pids, 0, Spent) -> {Pids, Spent};
batches(S, Pids, Times, Spent) ->
	forget(S),
	Begin = ns(),
	Then = restart(1, Pids, ?BATCH),
	batches(S, Then, Times - ?BATCH, Spent + ns() - Begin).

restart(_, Pids, 0) -> Pids;
restart(At, Pids, Times) ->
	exit(element(At, Pids), crash),
	receive {up, P} -> restart(1 + At rem tuple_size(Pids), setelement(At, Pids, P), Times - 1) end.

latencies(_, _, _, 0, Sum) -> Sum;
latencies(S, At, Pids, Times, Sum) ->
	_ = [forget(S) || Times rem ?BATCH =:= 0],
	Begin = ns(),
	exit(element(At, Pids), crash),
	P = receive {up, Q} -> Q end,
	Spent = ns() - Begin,
	latencies(S, 1 + At rem tuple_size(Pids), setelement(At, Pids, P), Times - 1, [Spent | Sum]).

%% The first of N crashes.
storm(Bench, Strategy, N) ->
	{ok, S} = start_supervisor({workers, Strategy, N, driver}),
	receive {up, _} -> ok end,
	{_, First, _, _} = lists:keyfind(1, 1, supervisor:which_children(S)),
	Begin = ns(),
	exit(First, crash),
	receive {up, _} -> ok end,
	tell(Bench, N, (ns() - Begin) / 1.0e6, "ms").

again(Leaf, 0) -> Leaf;
again(Leaf, Times) ->
	exit(Leaf, crash),
	receive {up, P} -> again(P, Times - 1) end.

starts(N, Start) ->
	Before = resident(),
	Begin = ns(),
	Start(),
	tell("start_supervised", N, N * 1.0e9 / (ns() - Begin), "per second"),
	tell("rss_per_worker", N, (resident() - Before) / N, "bytes").

resident() ->
	{ok, Text} = file:read_file("/proc/self/status"),
	{match, [Kib]} = re:run(Text, "VmRSS:\\s*([0-9]+)", [{capture, all_but_first, list}]),
	list_to_integer(Kib) * 1024.

cast(_, _, 0) -> ok;
cast(All, [], Left) -> cast(All, All, Left);
cast(All, [P | Rest], Left) ->
	P ! {add, 1},
	cast(All, Rest, Left - 1).

counted(Pids) ->
	[P ! {count, self()} || P <- Pids],
	[receive {counted, _} -> ok end || _ <- Pids].

pong(0, Me) -> Me ! {done, self()};
pong(Left, Me) ->
	receive {ping, From, _} -> From ! {ping, self(), Left}, pong(Left - 1, Me) end.
