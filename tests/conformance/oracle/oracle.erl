%% Runs cases on the real supervisor of this Erlang and writes their normalised traces: what the C runtime is
%% compared with.
%%
%%   erl +S 1:1 -noshell -pa DIR -run oracle main FILE...     traces on standard output
%%   erl +S 1:1 -noshell -pa DIR -run oracle batch JOBS       a file of lines `CASE TRACE`: names of files
%%
%% In a batch a case that could not be run gets no trace but a line on standard error.  Where a case met one of
%% the known differences between releases, a line `TRACE RULE...` on standard output says so.
-module(oracle).
-export([main/1, batch/1]).

-define(AT_ONCE, 32).         % cases side by side, so that time-outs overlap
-define(WAITING_AT_ONCE, 400). % cases with waits: they mostly sleep
-define(PER_SECOND, 100).     % of these, so many begin with the same second
-define(TRIES, 5).

main(Files) ->
    prepare(),
    Status = [case run(read(File), ?TRIES) of
        {ok, Trace, _} -> io:put_chars(Trace), ok;
        Error -> io:format(standard_error, "~s: ~0p~n", [File, Error]), error
    end || File <- Files],
    halt(case lists:member(error, Status) of true -> 1; false -> 0 end).

batch([File]) ->
    prepare(),
    {ok, Lines} = file:read_file(File),
    Jobs = [job_line(Line) || Line <- binary:split(Lines, <<"\n">>, [global, trim])],
    {Waiting, Others} = lists:partition(fun({_, _, Case}) -> has_wait(Case) end, Jobs),
    pool(Others, ?AT_ONCE, none),
    pool(Waiting, ?WAITING_AT_ONCE, ?PER_SECOND),
    halt(0).

prepare() ->
    erlang:system_info(schedulers) =:= 1 orelse begin
        io:format(standard_error, "oracle: needs +S 1:1~n", []),
        halt(64)
    end,
    [logger:remove_handler(H) || H <- logger:get_handler_ids()],
    ok = logger:add_handler(oracle, oracle_run, #{level => error}),
    logger:set_primary_config(level, error),
    [code:ensure_loaded(M) || M <- [supervisor, gen_server, gen, proc_lib, sys, sets, erl_scan, erl_parse, io_lib,
                                    io_lib_pretty, re, oracle_run, oracle_case, oracle_trace]],
    %% Whatever else is loaded on first use is loaded now.
    run(oracle_case:parse(<<"sup a\nworker a/b starts=ok,fail:x,ok\nscript\nexit a/b x\ncount_children a\n">>), 1).

job_line(Line) ->
    [Case, Out] = string:lexemes(binary_to_list(Line), " \t"),
    {Case, Out, read(Case)}.

read(File) ->
    {ok, Text} = file:read_file(File),
    try oracle_case:parse(Text) catch _:_ -> broken end.

has_wait(#{steps := Steps}) -> lists:any(fun(#{op := Op}) -> Op =:= wait end, Steps);
has_wait(broken) -> false.

run(broken, _) -> {error, not_a_case};
run(Case, Tries) ->
    case oracle_run:run(Case) of
        late when Tries > 1 -> run(Case, Tries - 1);
        late -> {error, this_machine_is_too_slow};
        Result -> Result
    end.

%% Runs jobs side by side, at most `AtOnce`, of which at most `PerSecond` start in one second.
pool(Jobs, AtOnce, PerSecond) -> pool(Jobs, AtOnce, PerSecond, 0, 0).

pool([], _, _, 0, _) -> ok;
pool([Job | Jobs], AtOnce, PerSecond, Running, Started) when Running < AtOnce, Started < PerSecond ->
    spawn_monitor(fun() -> job(Job) end),
    pool(Jobs, AtOnce, PerSecond, Running + 1, Started + 1);
pool(Jobs, AtOnce, PerSecond, Running, Started) ->
    Wait = if
        Started >= PerSecond, Jobs =/= [] -> 1000;
        true -> infinity
    end,
    receive
        {'DOWN', _, process, _, _} -> pool(Jobs, AtOnce, PerSecond, Running - 1, Started)
    after Wait -> pool(Jobs, AtOnce, PerSecond, Running, 0)
    end.

job({Name, Out, Case}) ->
    case run(Case, ?TRIES) of
        {ok, Trace, LeftOut} ->
            ok = file:write_file(Out, Trace),
            LeftOut =:= [] orelse io:format("~s~s~n", [Out, [[$\s, atom_to_list(R)] || R <- LeftOut]]);
        Error -> io:format(standard_error, "~s: ~0p~n", [Name, Error])
    end.
