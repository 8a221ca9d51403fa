"""``patternbook trace``: from any node to the sentences, review points and trials it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, settings_of

if TYPE_CHECKING:
    from service.documents import TraceDocument, TraceStep, TrialDocument

    Steps = tuple[TraceStep, ...]

NAME = "trace"
EXAMPLES = (
    "Examples:\n\npatternbook trace Method/label-smoothing\n\n"
    "patternbook trace Paper/asmallstudyoflabelsmoothing --limit 5 --json"
)

# A finding rests on dozens of trials, all alike to a reader: a few stand for them, so that quotes are seen as well.
_TRIALS_SHOWN = 2
_LOOK_AT = 2000
_NAMING = ("name", "title", "statement", "hypothesis", "text", "summary", "intent")


def command(
    context: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="LABEL/KEY", help="A node, as other commands show it.", show_default=False)
    ],
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Paths at most; shortest first.")] = 50,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show what a node rests on: every path to a sentence on a page, a reviewer's point, or a trial.

    Of a trial, how it ended and the end of its log are shown as well.
    """
    from graph.schema import Label
    from service.cli.output import print_json
    from service.nodes import parse_ref, trace_node
    from service.workspace import open_workspace

    with open_workspace(settings_of(context, home=home, store=store), must_exist=True) as workspace:
        traced = trace_node(workspace.store, reference, limit=limit if json else max(limit, _LOOK_AT))
        ref, trial = parse_ref(reference), None
        if ref.label is Label.TRIAL and not json:
            from service.trials import read_trial

            trial = read_trial(workspace.store, ref.key, home=workspace.home)
    if json:
        print_json(traced)
    else:
        _show(reference, traced, limit=limit)
        if trial is not None:
            _show_trial(trial)


def _show_trial(trial: TrialDocument) -> None:
    """Print how a trial ended, and the end of its log."""
    from service.cli.output import indented, out

    console = out()
    console.print()
    took = "" if trial.wall_s is None else f" after {trial.wall_s:.2f} s"
    console.print(f"{trial.state}{took}, attempt {trial.attempt}", markup=False)
    if trial.label:
        console.print(f"{trial.label}: {trial.message}", markup=False)
    if trial.log:
        console.print("\nThe end of its log:", markup=False)
        for line in trial.log.splitlines():
            console.print(indented(line))


def _show(reference: str, traced: TraceDocument, *, limit: int) -> None:
    """Print the paths as a tree of at most *limit* leaves, sentences and trials in turn."""
    from rich.text import Text
    from rich.tree import Tree

    from service.cli.output import counted, out

    chosen, hidden, is_cut = _choose(traced.paths, limit)
    tree = Tree(Text(reference, style="bold"))
    branches: dict[tuple[str, ...], Tree] = {(): tree}
    for path in chosen:
        came: tuple[str, ...] = ()
        for step, following in zip(path[1:] or path, (*path[2:], None), strict=False):
            at, came = branches[came], (*came, _name(step))
            if came in branches:
                continue
            # A text and its work are one line: they have one title, and nobody asks for the first without the second.
            is_text = step.label == "Document" and following is not None and following.label == "Paper"
            branches[came] = at if is_text else at.add(Text(_line(step)))
    for parent, count in hidden.items():
        if parent in branches:
            branches[parent].add(Text(f"and {counted(count, 'trial')} more", style="dim"))
    console = out()
    console.print(tree)
    if not traced.paths:
        console.print("Nothing carries it: it keeps the books, or what carried it has been superseded.")
    if traced.truncated or is_cut:
        console.print("There are more paths: --limit shows more; --json tells them apart.")


def _choose(paths: Sequence[Steps], limit: int) -> tuple[list[Steps], dict[tuple[str, ...], int], bool]:
    """Return at most *limit* paths, to sentences and to trials in turn.

    Sentences that support or contradict come before those that only mention, and each of the nodes beside the first
    gets its turn. Of the trials under one node only the first few are taken. Also returns how many trials were left
    out of each node, and whether any path was left out for the limit.
    """
    quoted = [path for path in paths if path[-1].label != "Trial"]
    quoted.sort(key=_only_mentions)
    tried, trials = [], Counter[tuple[str, ...]]()
    for path in paths:
        if path[-1].label == "Trial":
            parent = tuple(_name(step) for step in path[1:-1])
            trials[parent] += 1
            if trials[parent] <= _TRIALS_SHOWN:
                tried.append(path)
    in_turn = [path for pair in zip_longest(_in_turn(quoted), tried) for path in pair if path is not None]
    hidden = {parent: count - _TRIALS_SHOWN for parent, count in trials.items() if count > _TRIALS_SHOWN}
    return in_turn[:limit], hidden, len(in_turn) > limit


def _only_mentions(path: Steps) -> bool:
    stances = [(step.model_extra or {}).get("stance") for step in path]
    return not any(stance in {"supports", "contradicts"} for stance in stances)


def _in_turn(paths: Sequence[Steps]) -> list[Steps]:
    """Return *paths* so that each second node comes once before any comes twice."""
    by_second: dict[str, list[Steps]] = {}
    for path in paths:
        by_second.setdefault(_name(path[1]) if len(path) > 1 else "", []).append(path)
    return [path for turn in zip_longest(*by_second.values()) for path in turn if path is not None]


def _name(step: TraceStep) -> str:
    return f"{step.label}/{step.key}"


def _line(step: TraceStep) -> str:
    values: dict[str, Any] = step.model_extra or {}
    if "quote" in values:
        where = f" ({values['section']})" if values.get("section") else ""
        page = f", page {values['page']}" if values.get("page") else ""
        stance = f" [{values['stance']}]" if values.get("stance") else ""
        return f"“{values['quote']}”{where}{page}{stance}"
    if step.label == "Trial":
        recipe = " + ".join(values.get("units") or ()) or "baseline"
        state = values.get("label") or values.get("state", "")
        return f"Trial {step.key}: {recipe}, seed {values.get('seed')}, {state}"
    name = next((str(values[each]) for each in _NAMING if values.get(each)), "")
    return f"{step.label} {name}" if name else f"{step.label}/{step.key}"
