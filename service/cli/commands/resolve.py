"""``patternbook resolve``: join the names that mean the same, say why, and let people decide otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, program, settings_of

if TYPE_CHECKING:
    from ingest.resolve import Explanations
    from ingest.resolve.explanation import Explanation
    from service.naming import DecisionDocument

NAME = "resolve"
EXAMPLES = (
    "Examples:\n\npatternbook resolve\n\npatternbook resolve --explain BERT\n\n"
    "patternbook resolve --split DART DARTS --reason 'a search and a booster'\n\n"
    "patternbook resolve --join 'image captioning' 'caption generation'"
)
_WHY, _HAND = "Ask why", "Decide by hand"
_NAMED = 3  # papers a name, for people; --json has more


def command(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="Look at all names, not only at what is new.")] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", metavar="NAME", help="Show what a name is one with, and what not.", rich_help_panel=_WHY
        ),
    ] = None,
    join: Annotated[
        tuple[str, str] | None,
        typer.Option("--join", metavar="A B", help="These two are one.", rich_help_panel=_HAND),
    ] = None,
    split: Annotated[
        tuple[str, str] | None,
        typer.Option("--split", metavar="A B", help="These two are not one.", rich_help_panel=_HAND),
    ] = None,
    undo: Annotated[
        tuple[str, str] | None,
        typer.Option("--undo", metavar="A B", help="Let the rules decide about these two.", rich_help_panel=_HAND),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="method, task, dataset, metric or problem, where a name is several."),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who decides.", rich_help_panel=_HAND)] = "command line",
    reason: Annotated[str, typer.Option("--reason", help="Why.", rich_help_panel=_HAND)] = "decided by hand",
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Join names that mean one thing, and papers that are one work.

    Ingest does this at its end; run it alone after an upgrade, with --full. Each join is an edge with its rule and
    score, and nothing is lost by it. What people decide holds against the rules, now and after every later ingest,
    until it is undone.
    """
    from graph.write.generation import raise_generation
    from ingest.resolve import explain as explain_name
    from ingest.resolve import resolve
    from service.cli.output import out, print_json
    from service.errors import WrongUse
    from service.naming import RUN, NameDecision, decide, kind_called
    from service.workspace import open_workspace

    pairs = {NameDecision.JOIN: join, NameDecision.SPLIT: split, NameDecision.UNDO: undo}
    decisions = [(decision, pair) for decision, pair in pairs.items() if pair is not None]
    if len(decisions) + (explain is not None) + full > 1:
        raise WrongUse("--full, --explain, --join, --split and --undo are five things: ask for one at a time")
    label = kind_called(kind)
    with open_workspace(settings_of(context, home=home, store=store), must_exist=True) as workspace:
        if explain is not None:
            found = explain_name(workspace.store, explain, label)
            print_json(found) if json else _print_explanations(found)
            return
        if decisions:
            decision, (one, other) = decisions[0]
            made = decide(workspace.store, decision, one, other, kind=label, by=by, reason=reason)
            print_json(made) if json else _print_decision(made)
            return
        report = resolve(workspace.store, run=RUN, full=full)
        if report.written:
            raise_generation(workspace.store)
    if json:
        print_json(report)
        return
    out().print(
        f"{report.documents} document(s) and {report.names} name(s) looked at: "
        f"{report.merged} joined, {report.parted} parted, {report.renamed} shown differently"
    )
    if report.written:
        out().print(f"Next: {program(context, home=home, store=store)} compile", markup=False)


def _print_decision(made: DecisionDocument) -> None:
    from service.cli.output import out

    said = {"join": "are one", "split": "are not one", "undo": "are left to the rules"}[made.decision]
    console = out()
    console.print(f"{made.label}/{made.one} and {made.label}/{made.other} {said}", markup=False)
    if not made.changed:
        console.print("That was so already: nothing was written.")
    elif not made.carried_out:
        console.print("Another resolve is at work: the next one carries this out.")
    else:
        console.print(f"{made.report.merged} joined, {made.report.parted} parted")


def _print_explanations(found: Explanations) -> None:
    for number, each in enumerate(found.names):
        if number:
            from service.cli.output import out

            out().print()
        _print_explanation(each)


def _print_explanation(found: Explanation) -> None:
    from service.cli.output import add, counted, out, table

    console = out()
    console.print(f"{found.label} {found.name}", style="bold", markup=False)
    members = table(
        "name", "joined by", "score", "papers", "in", title="One thing", right=frozenset({"score", "papers"})
    )
    for member in found.members:
        how = "" if member.rule is None else f"{member.rule} ({member.by})"
        how += f" by way of {member.via}" if member.via else ""
        titles = "; ".join(paper.title for paper in member.named_in[:_NAMED])
        add(members, member.name, how, "" if member.score is None else f"{member.score:.2f}", member.papers, titles)
    console.print(members)
    if found.stands_for:
        meanings = ", ".join(f"{each.long} ({counted(each.quotes, 'quote')})" for each in found.stands_for)
        console.print(f"Defined as: {meanings}", markup=False)
    for relatives, title in ((found.variant_of, "A variant of"), (found.variants, "Its variants")):
        if relatives:
            said = ", ".join(f"{each.name} (adds {each.added})" for each in relatives)
            console.print(f"{title}: {said}", markup=False)
    for each in found.decided:
        console.print(f"Decided by {each.by}: {each.decision} with {each.name}, {each.at}: {each.reason}", markup=False)
    if found.nearby:
        rows = table("near it", "quotes", "not joined because", right=frozenset({"quotes"}))
        for near in found.nearby:
            add(rows, near.name, near.quotes, near.why)
        console.print(rows)
