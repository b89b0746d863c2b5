%% Reads a case file.  The C side refuses what is no case, with the place; here a broken one just crashes.
-module(oracle_case).
-export([parse/1, find/2, term/1, plan_item/2]).

%% #{root => Line, lines => [Line], steps => [Step]}
%% Line: #{kind, path, id, keys => #{binary() => binary()}}
%% Step: #{op, text, words => [binary()]}; a burst has inner => [Step].
parse(Text) ->
    Lines = [Words || Line <- binary:split(Text, <<"\n">>, [global]), (Words = words(Line)) =/= []],
    {Tree, [[<<"script">>] | Script]} = lists:splitwith(fun(W) -> W =/= [<<"script">>] end, Lines),
    All = [line(W) || W <- Tree],
    #{root => hd(All), lines => All, steps => steps(Script)}.

words(Line) ->
    [Code | _] = binary:split(Line, <<"#">>),
    [W || W <- binary:split(Code, [<<" ">>, <<"\t">>, <<"\r">>], [global]), W =/= <<>>].

line([Kind, Path | Keys]) ->
    #{kind => binary_to_atom(Kind), path => Path, id => lists:last(binary:split(Path, <<"/">>, [global])),
      keys => keys(Keys)}.

keys(Words) -> maps:from_list([list_to_tuple(binary:split(W, <<"=">>)) || W <- Words]).

steps([]) -> [];
steps([[<<"burst">>, _] = Words | Rest]) ->
    {Inner, [[<<"end">>] | After]} = lists:splitwith(fun(W) -> W =/= [<<"end">>] end, Rest),
    [(step(Words))#{inner => [step(W) || W <- Inner]} | steps(After)];
steps([Words | Rest]) -> [step(Words) | steps(Rest)].

step([<<"start_child">>, Sup, <<"worker">>, Id | Keys] = Words) ->
    Path = <<Sup/binary, "/", Id/binary>>,
    (step_plain(Words))#{child => #{kind => worker, path => Path, id => Id, keys => keys(Keys)}};
step(Words) -> step_plain(Words).

step_plain([Op | _] = Words) ->
    #{op => binary_to_atom(Op), text => iolist_to_binary(lists:join(" ", Words)), words => tl(Words)}.

%% The last line with this path.
find(Path, #{lines := Lines}) ->
    case [L || #{path := P} = L <- Lines, P =:= Path] of
        [] -> none;
        Found -> lists:last(Found)
    end.

%% A value as the term that it writes down; what is no term is an atom.
term(Text) ->
    String = binary_to_list(Text),
    try
        {ok, Tokens, _} = erl_scan:string(String ++ "."),
        {ok, Term} = erl_parse:parse_term(Tokens),
        Term
    catch
        error:_ -> list_to_atom(String)
    end.

%% What the k-th call of a start function gives: ok, ignore or {fail, Reason}.
plan_item(none, _) -> ok;
plan_item(Text, K) ->
    Items = [item(I) || I <- items(binary_to_list(Text), 0, [])],
    pick(Items, K).

pick([{Item, _}], _) -> Item;
pick([{Item, Times} | _], K) when K =< Times -> Item;
pick([{_, Times} | Rest], K) -> pick(Rest, K - Times).

%% Commas inside brackets belong to a reason.
items([], _, Item) -> [lists:reverse(Item)];
items([$, | Rest], 0, Item) -> [lists:reverse(Item) | items(Rest, 0, [])];
items([C | Rest], Depth, Item) -> items(Rest, depth(C, Depth), [C | Item]).

depth(C, Depth) when C =:= ${; C =:= $[; C =:= $( -> Depth + 1;
depth(C, Depth) when C =:= $}; C =:= $]; C =:= $) -> Depth - 1;
depth(_, Depth) -> Depth.

item(Item) ->
    case re:run(Item, "^(.+)\\*([0-9]+)$", [{capture, all_but_first, list}]) of
        {match, [What, Times]} -> {outcome(What), list_to_integer(Times)};
        nomatch -> {outcome(Item), 1}
    end.

outcome("ok") -> ok;
outcome("ignore") -> ignore;
outcome("fail:" ++ Reason) -> {fail, term(list_to_binary(Reason))}.
