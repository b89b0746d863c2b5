%% The canonical order of a trace (rules A and B of docs/trace-format.md) and its text.
%%
%% Events:
%%   {step, K, Op}  {skip, Op, Path}  {result, Op, Path, Json}  finished
%%   {start, Path, N, worker | {sup, Strategy}}  {start_failed, Path, Reason}  {start_ignored, Path}
%%   {exit, Path, N, Reason}  {child_terminated, Path, N, Reason}  {shutdown_error, Path, N, Reason}
%%   {start_error, Path, Reason}  {shutdown_errors, Pool, N, Count, Reason}  {give_up, Path, N, Child, Reason}
-module(oracle_trace).
-export([canonical/1, print/1, text/1, string/1]).

canonical(Events) -> pools(orphans(Events, #{}, 0), pool_paths(Events)).

%% --- rule A ---

%% Alive: {Path, N} => {Order of its start, worker | {sup, _}}
orphans([], _, _) -> [];
orphans([{start, Path, N, Kind} = E | Rest], Alive, Order) ->
    [E | orphans(Rest, Alive#{{Path, N} => {Order, Kind}}, Order + 1)];
orphans([{exit, Path, N, _} = E | Rest], Alive0, Order) ->
    case maps:take({Path, N}, Alive0) of
        {{_, {sup, _}}, Alive} ->
            Left = maps:filter(fun({P, _}, _) -> is_below(P, Path) end, Alive),
            [E | orphans(behind(Path, Left, Rest), Alive, Order)];
        {_, Alive} -> [E | orphans(Rest, Alive, Order)];
        error -> [E | orphans(Rest, Alive0, Order)]
    end;
orphans([E | Rest], Alive, Order) -> [E | orphans(Rest, Alive, Order)].

is_below(Path, Sup) ->
    Size = byte_size(Sup),
    case Path of
        <<Sup:Size/binary, "/", _/binary>> -> true;
        _ -> false
    end.

behind(_, Left, Rest) when map_size(Left) =:= 0 -> Rest;
behind(Sup, Left, Rest) ->
    {Moved, Stay} = lists:partition(fun(E) -> maps:is_key(ended(E), Left) end, Rest),
    Groups = maps:groups_from_list(fun(E) -> direct_child(element(1, ended(E)), Sup) end, Moved),
    Started = fun(Child) -> lists:max([-1 | [O || {{P, _}, {O, _}} <- maps:to_list(Left), P =:= Child]]) end,
    Sorted = lists:reverse(lists:sort([{Started(Child), Es} || {Child, Es} <- maps:to_list(Groups)])),
    lists:append([Es || {_, Es} <- Sorted]) ++ Stay.

ended({exit, Path, N, _}) -> {Path, N};
ended({child_terminated, Path, N, _}) -> {Path, N};
ended({shutdown_error, Path, N, _}) -> {Path, N};
ended({shutdown_errors, Path, N, _, _}) -> {Path, N};
ended(_) -> none.

direct_child(Path, Sup) ->
    Below = binary:part(Path, byte_size(Sup) + 1, byte_size(Path) - byte_size(Sup) - 1),
    [Id | _] = binary:split(Below, <<"/">>),
    <<Sup/binary, "/", Id/binary>>.

%% --- rule B ---

pool_paths(Events) -> maps:from_list([{P, true} || {start, P, _, {sup, <<"simple_one_for_one">>}} <- Events]).

pools([], _) -> [];
pools([E | Rest], Pools) ->
    case pool(E, Pools) of
        none -> [E | pools(Rest, Pools)];
        Pool ->
            Same = fun(X) -> name(X) =:= name(E) andalso pool(X, Pools) =:= Pool end,
            {Run, After} = lists:splitwith(Same, Rest),
            lists:sort(fun(X, Y) -> key(X) =< key(Y) end, [E | Run]) ++ pools(After, Pools)
    end.

pool({exit, Path, _, _}, Pools) ->
    Parent = parent(Path),
    case maps:is_key(Parent, Pools) of
        true -> Parent;
        false -> none
    end;
pool({shutdown_errors, Path, _, _, _}, _) -> Path;
pool(_, _) -> none.

key({exit, Path, N, Reason}) -> {Path, N, Reason};
key({shutdown_errors, Path, N, _, Reason}) -> {Path, N, Reason}.

parent(Path) ->
    case binary:matches(Path, <<"/">>) of
        [] -> none;
        Slashes -> binary:part(Path, 0, element(1, lists:last(Slashes)))
    end.

%% --- text ---

print(Events) ->
    Numbered = lists:zip(lists:seq(1, length(Events)), Events),
    [["{\"seq\":", integer_to_list(Seq), ",\"event\":\"", name(E), $", fields(E), "}\n"] || {Seq, E} <- Numbered].

name(finished) -> "end";
name({shutdown_errors, _, _, _, _}) -> "shutdown_error";
name(E) -> atom_to_list(element(1, E)).

fields(finished) -> [];
fields({step, K, Op}) -> [number(step, K), field(op, Op)];
fields({skip, Op, Path}) -> [field(op, Op), field(id, Path)];
fields({result, Op, Path, Json}) -> [field(op, Op), field(id, Path), ",\"result\":", Json];
fields({start, Path, N, worker}) -> [field(id, Path), number(n, N), field(kind, <<"worker">>)];
fields({start, Path, N, {sup, Strategy}}) ->
    [field(id, Path), number(n, N), field(kind, <<"sup">>), field(strategy, Strategy)];
fields({start_ignored, Path}) -> field(id, Path);
fields({start_failed, Path, Reason}) -> [field(id, Path), field(reason, Reason)];
fields({start_error, Path, Reason}) -> [field(id, Path), field(reason, Reason)];
fields({shutdown_errors, Path, N, Count, Reason}) ->
    [field(id, <<Path/binary, "/*">>), number(n, N), number(count, Count), field(reason, Reason)];
fields({give_up, Path, N, Child, Reason}) ->
    [field(id, Path), number(n, N), field(child, Child), field(reason, Reason)];
fields({_, Path, N, Reason}) -> [field(id, Path), number(n, N), field(reason, Reason)].

field(Name, Text) -> [",\"", atom_to_list(Name), "\":", string(Text)].

number(Name, Number) -> [",\"", atom_to_list(Name), "\":", integer_to_list(Number)].

string(Text) ->
    Escaped = binary:replace(binary:replace(Text, <<"\\">>, <<"\\\\">>, [global]), <<"\"">>, <<"\\\"">>, [global]),
    [$", Escaped, $"].

%% A term without blanks; processes are `pid`, the dump of a supervisor's record is `child`.
text(Term) -> iolist_to_binary(io_lib:format("~0p", [plain(Term)])).

plain(Pid) when is_pid(Pid) -> pid;
plain(Record) when is_tuple(Record), tuple_size(Record) >= 8, element(1, Record) =:= child -> child;
plain(Tuple) when is_tuple(Tuple) -> list_to_tuple([plain(T) || T <- tuple_to_list(Tuple)]);
plain([H | T]) -> [plain(H) | plain(T)];
plain(Term) -> Term.
