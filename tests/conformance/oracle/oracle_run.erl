%% Runs one case on the real supervisor.
%%
%% Four kinds of processes take part.  The tree: supervisors of OTP, and workers written here.  The collector
%% monitors every process of the tree and writes down what happens in the order in which it is told.  The
%% parent starts the root and tells it to stop.  The driver (the caller of run/1) does the steps.
%%
%% The node has a single scheduler, and all but the driver run at priority high.  So a message sent is a message
%% queued, what the collector gets is in true order, and the driver only ever runs when everybody else has
%% nothing to do: that is how it knows that the system came to rest, without waiting.  A supervisor that is not
%% in its loop then waits for a time-out; only that takes real time.
-module(oracle_run).
-behaviour(supervisor).
-export([run/1]).
-export([start_sup/2, start_worker/2, start_pool_worker/3, init/1]). % called by supervisors
-export([log/2]). % a logger handler

-define(REST_MS, 20000).

%% {ok, Trace, LeftOut} | late | {error, Reason}.  `late`: this node was too busy to keep the case's time.
run(Case) ->
    Driver = self(),
    Collector = spawn_opt(fun() -> collector(#{driver => Driver}) end, [link, {priority, high}]),
    Parent = spawn_opt(fun() -> process_flag(trap_exit, true), parent(Collector) end, [link, {priority, high}]),
    put(collector, Collector),
    put(parent, Parent),
    put(kase, Case),
    try
        Zero = zero(Case),
        put(zero, Zero),
        put(clock, 0),
        script(Case),
        {Events, LeftOut} = call(finish),
        case in_time(Case, Zero) of
            true -> {ok, oracle_trace:print(oracle_trace:canonical(Events)), LeftOut};
            false -> late
        end
    catch
        throw:late -> late;
        throw:{error, Reason} -> {error, Reason};
        Class:Reason:Stack -> {error, {Class, Reason, Stack}}
    after
        unlink(Parent), unlink(Collector),
        exit(Parent, kill), call_quiet(kill_all), exit(Collector, kill),
        erase()
    end.

%% --- time ---------------------------------------------------------------------------------------------------

%% A case that waits begins with a whole second, as its clock does.
zero(#{steps := Steps}) ->
    case lists:any(fun(#{op := Op}) -> Op =:= wait end, Steps) of
        true ->
            Second = erlang:monotonic_time(1) + 1,
            Zero = erlang:convert_time_unit(Second, 1, native),
            sleep_until(Zero),
            Zero;
        false -> erlang:monotonic_time()
    end.

sleep_until(Time) ->
    Left = Time - erlang:monotonic_time(),
    if
        Left > 0 ->
            receive after max(1, erlang:convert_time_unit(Left, native, millisecond)) -> ok end,
            sleep_until(Time);
        true -> ok
    end.

%% The restart window looks at whole seconds: the real one has to be that of the case.
check_second() ->
    case get(waited) of
        true ->
            Real = erlang:monotonic_time() - get(zero),
            erlang:convert_time_unit(Real, native, 1) =:= get(clock) div 1000 orelse throw(late);
        _ -> ok
    end.

%% Without waits everything has to happen within the shortest period.
in_time(#{lines := Lines, steps := Steps}, Zero) ->
    Took = erlang:convert_time_unit(erlang:monotonic_time() - Zero, native, millisecond),
    Periods = [oracle_case:term(maps:get(<<"period">>, Keys, <<"5">>)) || #{kind := sup, keys := Keys} <- Lines],
    lists:any(fun(#{op := Op}) -> Op =:= wait end, Steps) orelse
        Took < 1000 * lists:min([P || P <- Periods, is_integer(P), P > 0] ++ [1000000]).

%% --- steps --------------------------------------------------------------------------------------------------

script(#{root := #{path := Root}, steps := Steps}) ->
    event({step, 0, <<"start ", Root/binary>>}),
    put(waited, lists:any(fun(#{op := Op}) -> Op =:= wait end, Steps)),
    get(parent) ! {start, self(), get(kase)},
    Result = receive {started, R} -> R end,
    rest(none),
    event({result, <<"start">>, Root, oracle_trace:string(oracle_trace:text(Result))}),
    check_second(),
    Count = lists:foldl(fun(Step, K) -> do_step(Step, K), K + 1 end, 1, Steps),
    event({step, Count, <<"end">>}),
    get(parent) ! stop,
    rest(none),
    event(finished).

do_step(#{text := Text} = Step, K) ->
    event({step, K, Text}),
    check_second(),
    put(requests, []),
    step(Step),
    rest(none),
    check_second(),
    [event({result, Op, Path, Json}) || {Op, Path, Json} <- call({results, lists:reverse(get(requests))})].

step(#{op := exit, words := [Path, Reason]} = Step) ->
    case live(Path) of
        {Pid, worker} -> Pid ! {die, oracle_case:term(Reason)};
        _ -> skip(Step)
    end;
step(#{op := kill, words := [Path]} = Step) ->
    case live(Path) of
        {Pid, _} -> exit(Pid, kill);
        none -> skip(Step)
    end;
step(#{op := signal, words := [Path, Reason]} = Step) ->
    case live(Path) of
        {Pid, _} -> exit(Pid, oracle_case:term(Reason));
        none -> skip(Step)
    end;
step(#{op := stop, words := [Path, Reason]} = Step) ->
    case live(Path) of
        {Pid, {sup, _}} -> helper(fun() -> catch sys:terminate(Pid, oracle_case:term(Reason), infinity) end);
        _ -> skip(Step)
    end;
step(#{op := wait, words := [Ms]}) ->
    put(clock, get(clock) + binary_to_integer(Ms)),
    sleep_until(get(zero) + erlang:convert_time_unit(get(clock), millisecond, native));
step(#{op := burst, words := [Path], inner := Inner} = Step) ->
    case live(Path) of
        {Pid, {sup, _}} ->
            helper(fun() -> sys:suspend(Pid, infinity) end),
            rest(Pid),
            [begin step(S), rest(Pid) end || S <- Inner],
            helper(fun() -> catch sys:resume(Pid, infinity) end);
        _ -> skip(Step)
    end;
step(#{words := [Path | _]} = Step) ->
    case {is_worker(Path), handle(Step)} of
        {true, _} -> skip(Step);
        {_, never} -> skip(Step);
        {false, Handle} -> request(Step, live(Path), Handle)
    end.

skip(#{op := Op, words := [Path | _]}) -> event({skip, atom_to_binary(Op), Path}).

is_worker(Path) ->
    case live(Path) of
        {_, Kind} -> Kind =:= worker;
        none ->
            case oracle_case:find(Path, get(kase)) of
                #{kind := worker} -> true;
                _ -> false
            end
    end.

%% The latest process that was started under a key.
handle(#{words := [Path, <<"@", Key/binary>>]}) -> call({latest, <<Path/binary, "/", Key/binary>>});
handle(_) -> none.

%% Requests wait for their answer in a process of their own.
request(#{op := Op, words := [Path | _]} = Step, Live, Handle) ->
    Ref = make_ref(),
    put(requests, [Ref | get(requests)]),
    Collector = get(collector),
    Case = get(kase),
    Name = atom_to_binary(Op),
    helper(fun() ->
        Result = case Live of
            none -> {exit, noproc};
            {Pid, _} ->
                try
                    ask(Pid, Step, Handle, Collector, Case)
                catch
                    exit:{Reason, {gen_server, call, _}} -> {exit, Reason}
                end
        end,
        Collector ! {answer, Ref, Name, Path, Result}
    end).

ask(Pid, #{op := which_children}, _, _, _) -> {which, supervisor:which_children(Pid)};
ask(Pid, #{op := count_children}, _, _, _) -> {count, supervisor:count_children(Pid)};
ask(Pid, #{op := start_child, child := Child}, _, Collector, _) ->
    supervisor:start_child(Pid, spec(Child, Collector, none));
ask(Pid, #{op := start_child, words := [_, Key]}, _, _, _) -> supervisor:start_child(Pid, [Key]);
ask(Pid, #{op := Op, words := [Path, Word]}, Handle, Collector, _) ->
    Id = if
        is_pid(Handle) -> Handle;
        true -> binary_to_atom(Word)
    end,
    %% The handle of a child that may be restarting: rule 14.12, below.
    Op =:= terminate_child andalso is_pid(Id) andalso not is_process_alive(Id) andalso
        (Collector ! {terminated_by_handle, Path, Word}),
    case supervisor:Op(Pid, Id) of
        {ok, #{id := _} = Spec} -> {spec, Spec};
        Result -> Result
    end.

helper(Fun) -> spawn_opt(Fun, [{priority, high}]).

live(Path) -> call({live, Path}).

event(Event) -> call({event, Event}).

%% --- coming to rest -------------------------------------------------------------------------------------------

rest(Held) -> rest(Held, 0, erlang:monotonic_time(millisecond) + ?REST_MS).

rest(Held, Tries, Until) ->
    erlang:yield(),
    case call({at_rest, Held}) of
        true -> ok;
        false ->
            erlang:monotonic_time(millisecond) < Until orelse throw({error, never_at_rest}),
            %% A process may be on its way to its priority; after a few turns it is a time-out.
            Tries < 3 orelse receive after 1 -> ok end,
            rest(Held, Tries + 1, Until)
    end.

is_resting(Pid, Held) ->
    case process_info(Pid, [current_function, message_queue_len]) of
        [{current_function, {sys, suspend_loop, _}}, _] -> Pid =:= Held;
        [{current_function, {sys, suspend_loop_hib, _}}, _] -> Pid =:= Held;
        [{current_function, {gen_server, loop, _}}, {message_queue_len, 0}] -> Pid =/= Held;
        _ -> false
    end.

%% --- the collector --------------------------------------------------------------------------------------------

call(Request) ->
    Collector = get(collector),
    Ref = make_ref(),
    Collector ! {call, self(), Ref, Request},
    receive {Ref, Reply} -> Reply end.

call_quiet(Request) ->
    case is_process_alive(get(collector)) of
        true -> call(Request);
        false -> ok
    end.

%% events: latest first.  who: pid => {Path, N}, of all that ever lived.  alive: pid => kind.
%% starts, calls: path => count.  latest: path => pids.  answers: ref => {Op, Path, Json}.
collector(#{driver := _}) ->
    collect(#{events => [], who => #{}, alive => #{}, starts => #{}, calls => #{}, latest => #{}, answers => #{},
              left_out => [], terminated => [], failed => #{}}).

collect(S) ->
    receive
        {call, From, Ref, Request} ->
            {Reply, S1} = handle_call(Request, From, S),
            From ! {Ref, Reply},
            collect(S1);
        {'DOWN', _, process, Pid, Reason} ->
            #{who := #{Pid := {Path, N}}, alive := Alive} = S,
            collect(add({exit, Path, N, oracle_trace:text(Reason)}, S#{alive := maps:remove(Pid, Alive)}));
        {report, Sup, Context, Reason, Offender} ->
            #{who := #{Sup := {Path, N}}} = S,
            collect(add(report(Context, Path, N, oracle_trace:text(Reason), Offender, S), S));
        {answer, Ref, Op, Path, Result} ->
            #{answers := Answers} = S,
            collect(S#{answers := Answers#{Ref => {Op, Path, json(Result, Path, S)}}});
        {leave_out, Rule} ->
            collect(leave_out(Rule, S));
        {terminated_by_handle, Pool, <<"@", Key/binary>>} ->
            #{terminated := Paths} = S,
            collect(S#{terminated := [<<Pool/binary, "/", Key/binary>> | Paths]})
    end.

add(Event, #{events := Events} = S) -> S#{events := [Event | Events]}.

leave_out(Rule, #{left_out := Rules} = S) -> S#{left_out := lists:usort([Rule | Rules])}.

handle_call({event, Event}, _, S) -> {ok, add(Event, S)};
handle_call({begins, Path, Kind}, Pid, #{who := Who, alive := Alive, starts := Starts, latest := Latest} = S) ->
    N = maps:get(Path, Starts, 0) + 1,
    monitor(process, Pid),
    {ok, add({start, Path, N, Kind},
             S#{who := Who#{Pid => {Path, N}}, alive := Alive#{Pid => Kind}, starts := Starts#{Path => N},
                latest := Latest#{Path => [Pid | maps:get(Path, Latest, [])]}})};
handle_call({plan, Path, Plan}, _, #{calls := Calls, failed := Failed} = S0) ->
    K = maps:get(Path, Calls, 0) + 1,
    S = S0#{calls := Calls#{Path => K}},
    case oracle_case:plan_item(Plan, K) of
        ok -> {ok, S};
        ignore -> {ignore, add({start_ignored, Path}, S)};
        {fail, Reason} ->
            {{error, Reason}, add({start_failed, Path, oracle_trace:text(Reason)}, S#{failed := Failed#{Path => true}})}
    end;
handle_call({live, Path}, _, #{latest := Latest, alive := Alive} = S) ->
    case [Pid || Pid <- maps:get(Path, Latest, []), is_map_key(Pid, Alive)] of
        [Pid | _] -> {{Pid, maps:get(Pid, Alive)}, S};
        [] -> {none, S}
    end;
handle_call({latest, Path}, _, #{latest := Latest} = S) -> {hd(maps:get(Path, Latest, [never])), S};
handle_call({at_rest, Held}, _, #{alive := Alive} = S) ->
    {lists:all(fun(Pid) -> is_resting(Pid, Held) end, [P || {P, {sup, _}} <- maps:to_list(Alive)]), S};
handle_call({results, Refs}, _, #{answers := Answers} = S) ->
    {[maps:get(Ref, Answers) || Ref <- Refs, is_map_key(Ref, Answers)], S};
handle_call(kill_all, _, #{alive := Alive} = S) ->
    [exit(Pid, kill) || Pid <- maps:keys(Alive)],
    {ok, S};
handle_call(finish, _, #{events := Events, terminated := Paths, failed := Failed} = S) ->
    #{left_out := Rules} = case [P || P <- Paths, is_map_key(P, Failed)] of
        [] -> S;
        _ -> leave_out('14.12', S)
    end,
    {{lists:reverse(Events), Rules}, S}.

%% --- reports --------------------------------------------------------------------------------------------------

%% Called in the supervisor that reports.
log(#{msg := {report, #{label := {supervisor, Context}, report := Report}}}, _)
  when Context =:= child_terminated; Context =:= start_error; Context =:= shutdown_error; Context =:= shutdown ->
    case get(collector) of
        undefined -> ok;
        Collector ->
            [{reason, Reason}, {offender, Offender}] = [lists:keyfind(K, 1, Report) || K <- [reason, offender]],
            Collector ! {report, self(), Context, Reason, Offender}
    end,
    ok;
log(_, _) -> ok.

report(shutdown, Path, N, Reason, Offender, S) -> {give_up, Path, N, element(1, child(Path, Offender, S)), Reason};
report(start_error, Path, _, Reason, Offender, S) -> {start_error, element(1, child(Path, Offender, S)), Reason};
report(Context, Path, N, Reason, Offender, S) ->
    case lists:keyfind(nb_children, 1, Offender) of
        {_, Count} -> {shutdown_errors, Path, N, Count, Reason};
        false ->
            {Child, ChildN} = child(Path, Offender, S),
            {Context, Child, ChildN, Reason}
    end.

%% A child by its process; without one by its id.
child(Path, Offender, #{who := Who, starts := Starts}) ->
    Pid = case lists:keyfind(pid, 1, Offender) of
        {_, {restarting, Old}} -> Old;
        {_, P} -> P
    end,
    case Who of
        #{Pid := Found} -> Found;
        _ ->
            {_, Id} = lists:keyfind(id, 1, Offender),
            Child = <<Path/binary, "/", (atom_to_binary(Id))/binary>>,
            {Child, maps:get(Child, Starts, 0)}
    end.

%% --- answers --------------------------------------------------------------------------------------------------

json({which, Children}, Path, #{who := Who} = S) ->
    Rows = [[name(Id, Pid, Who), state(Pid), atom_to_binary(Type)] || {Id, Pid, Type, _} <- Children],
    Sorted = case is_pool(Path, S) of
        true -> lists:sort(Rows);
        false -> Rows
    end,
    [$[, lists:join($,, [[$[, lists:join($,, [oracle_trace:string(C) || C <- Row]), $]] || Row <- Sorted]), $]];
json({count, Counts}, _, _) ->
    Fields = [["\"", atom_to_list(K), "\":", integer_to_list(proplists:get_value(K, Counts))]
              || K <- [specs, active, supervisors, workers]],
    [${, lists:join($,, Fields), $}];
json({spec, Spec}, _, _) ->
    Fields = [["\"", atom_to_list(K), "\":", value(maps:get(K, Spec))] || K <- [restart, shutdown, significant, type]],
    [${, lists:join($,, Fields), $}];
json(Result, _, _) -> oracle_trace:string(oracle_trace:text(Result)).

value(Number) when is_integer(Number) -> integer_to_list(Number);
value(Atom) -> oracle_trace:string(atom_to_binary(Atom)).

is_pool(Path, #{events := Events}) -> lists:any(fun({start, P, _, {sup, <<"simple_one_for_one">>}}) -> P =:= Path;
                                                   (_) -> false end, Events).

%% The children of a pool have no ids: they are called by the key of their process.
name(undefined, Pid, Who) when is_pid(Pid) ->
    {Path, _} = maps:get(Pid, Who),
    lists:last(binary:split(Path, <<"/">>, [global]));
name(undefined, _, _) -> <<"*">>;
name(Id, _, _) -> atom_to_binary(Id).

state(Pid) when is_pid(Pid) -> <<"running">>;
state(Other) -> atom_to_binary(Other).

%% --- the parent of the root -------------------------------------------------------------------------------------

parent(Collector) ->
    receive
        {start, Driver, #{root := Root} = Case} ->
            Result = start_sup(Collector, {Root, Case}),
            Driver ! {started, Result},
            case Result of
                {ok, Pid} -> put(root, Pid);
                _ -> ok
            end,
            parent(Collector);
        stop ->
            case get(root) of
                undefined -> ok;
                Pid -> exit(Pid, shutdown)
            end,
            parent(Collector);
        _ -> parent(Collector)
    end.

%% --- the tree: supervisors --------------------------------------------------------------------------------------

start_sup(Collector, {#{path := Path} = Line, _} = Arg) ->
    case planned(Collector, Path, Line) of
        ok ->
            Result = supervisor:start_link(?MODULE, {Collector, Arg}),
            element(1, Result) =:= error andalso ended(Collector, Path),
            Result;
        Other -> Other
    end.

%% Before 26 a process whose start failed says so before it ends.  A trace has its end first.
ended(Collector, Path) ->
    Ref = make_ref(),
    Collector ! {call, self(), Ref, {live, Path}},
    receive
        {Ref, none} -> ok;
        {Ref, _} -> erlang:yield(), ended(Collector, Path)
    end.

init({Collector, {#{path := Path, keys := Keys} = Line, Case}}) ->
    process_flag(priority, high),
    put(collector, Collector),
    call({begins, Path, {sup, maps:get(<<"strategy">>, Keys, <<"one_for_one">>)}}),
    leave_out_pool(Keys, Collector),
    Flags = maps:from_list([{Key, oracle_case:term(maps:get(atom_to_binary(Key), Keys))}
                            || Key <- [strategy, intensity, period, auto_shutdown],
                               is_map_key(atom_to_binary(Key), Keys)]),
    {ok, {Flags, [spec(Child, Collector, Case) || Child <- children(Line, Case)]}}.

children(#{path := Path}, #{lines := Lines}) ->
    [L || #{path := P, id := Id} = L <- Lines, P =:= <<Path/binary, "/", Id/binary>>].

spec(#{kind := Kind, path := Path, id := Id, keys := Keys} = Line, Collector, Case) ->
    Pool = binary:part(Path, 0, max(0, byte_size(Path) - 2)),
    {Start, Type} = case Kind of
        sup -> {{?MODULE, start_sup, [Collector, {Line, Case}]}, supervisor};
        worker -> {{?MODULE, start_worker, [Collector, Line]}, worker};
        template -> {{?MODULE, start_pool_worker, [Collector, Line#{path := Pool}]}, worker}
    end,
    Given = maps:from_list([{Key, oracle_case:term(maps:get(atom_to_binary(Key), Keys))}
                            || Key <- [restart, shutdown, significant], is_map_key(atom_to_binary(Key), Keys)]),
    Given#{id => binary_to_atom(Id), start => Start, type => Type}.

planned(Collector, Path, #{keys := Keys}) ->
    Ref = make_ref(),
    Collector ! {call, self(), Ref, {plan, Path, maps:get(<<"starts">>, Keys, none)}},
    receive {Ref, Reply} -> Reply end.

%% --- the tree: workers --------------------------------------------------------------------------------------------

start_pool_worker(Collector, #{path := Pool} = Line, Key) ->
    Result = start_worker(Collector, Line#{path := <<Pool/binary, "/", Key/binary>>}),
    Result =:= ignore andalso is_restart() andalso (Collector ! {leave_out, '14.7'}),
    Result.

start_worker(Collector, #{path := Path} = Line) ->
    case planned(Collector, Path, Line) of
        ok ->
            Parent = self(),
            Pid = spawn_opt(fun() -> worker(Collector, Parent, Line) end, [link, {priority, high}]),
            receive {Pid, started} -> {ok, Pid} end;
        Other -> Other
    end.

worker(Collector, Parent, #{path := Path, keys := Keys}) ->
    process_flag(trap_exit, maps:get(<<"trap">>, Keys, <<"yes">>) =:= <<"yes">>),
    put(collector, Collector),
    call({begins, Path, worker}),
    Parent ! {self(), started},
    serve(Parent, maps:get(<<"on_shutdown">>, Keys, <<"ok">>)).

serve(Parent, OnShutdown) ->
    receive
        {die, Reason} -> exit(Reason);
        {'EXIT', Parent, shutdown} -> on_shutdown(OnShutdown, Parent);
        {'EXIT', Parent, Reason} -> exit(Reason);
        _ -> serve(Parent, OnShutdown)
    end.

on_shutdown(<<"ok">>, _) -> exit(shutdown);
on_shutdown(<<"ignore">> = Ignore, Parent) -> serve(Parent, Ignore);
on_shutdown(<<"exit:", Reason/binary>>, _) -> exit(oracle_case:term(Reason));
on_shutdown(<<"delay:", Ms/binary>>, Parent) ->
    receive
        {'EXIT', Parent, Reason} when Reason =/= shutdown -> exit(Reason);
        {die, Reason} -> exit(Reason)
    after binary_to_integer(Ms) -> exit(shutdown)
    end.

%% --- differences between releases (docs/trace-format.md) ------------------------------------------------------------

%% 14.12: a pool counts one child too few after one that was restarting was terminated.  Whether it was is known
%% to the supervisor alone; a case is suspected when a dead child was terminated whose start has failed.

is_old() -> list_to_integer(erlang:system_info(otp_release)) < 27.

%% 14.7: before 27 a child of a pool whose restart says ignore stays as a phantom.
is_restart() ->
    {current_stacktrace, Stack} = process_info(self(), current_stacktrace),
    is_old() andalso lists:any(fun({M, F, _, _}) -> M =:= supervisor andalso F =:= restart end, Stack).

%% 14.13: before 27 a pool may have auto_shutdown.
leave_out_pool(#{<<"strategy">> := <<"simple_one_for_one">>, <<"auto_shutdown">> := Mode}, Collector)
  when Mode =:= <<"any_significant">>; Mode =:= <<"all_significant">> ->
    is_old() andalso (Collector ! {leave_out, '14.13'});
leave_out_pool(_, _) -> ok.
