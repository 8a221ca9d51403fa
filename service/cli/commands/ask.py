"""``patternbook ask``: which patterns of research answer an intent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, program, settings_of

if TYPE_CHECKING:
    from rich.console import Console

    from runtime.retrieve import Answer, Match
    from runtime.retrieve.answer import ObjectionKind

NAME = "ask"
EXAMPLES = (
    "Examples:\n\npatternbook ask 'my classifier overfits on three hundred images'\n\n"
    "patternbook ask 'calibrated probabilities' --limit 3 --json"
)

_QUOTES_SHOWN = 4
_KINDS_SHOWN = 3
_TASKS_SHOWN = 3


def command(
    context: typer.Context,
    intent: Annotated[
        str,
        typer.Argument(
            metavar="INTENT", help="What you want to find out or to improve, in a sentence.", show_default=False
        ),
    ],
    limit: Annotated[int, typer.Option("--limit", "-k", min=1, max=100, help="Patterns at most.")] = 5,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show the research patterns that answer an intent, with the evidence for and against each.

    Each sentence shown is verbatim, with its paper and page. The answer says what was missing, if anything was.
    """
    from service.asking import answer
    from service.cli.output import print_json

    found = answer(settings_of(context, home=home, store=store), intent, limit=limit)
    if json:
        print_json(found)
    else:
        _show(found, program(context, home=home, store=store))


def _show(answer: Answer, program: str) -> None:
    from service.cli.output import out

    console = out()
    for place, match in enumerate(answer.matches, start=1):
        _show_match(console, place, match)
    if not answer.matches:
        console.print("No pattern answers this.")
    for fallback in answer.fallbacks:
        console.print(f"Note: {fallback}", style="yellow", markup=False)
    console.print(f"Snapshot {answer.snapshot}", style="dim", markup=False)
    if answer.matches:
        console.print(f"Next: {program} plan {_quoted(answer.intent)}", markup=False)
        console.print(f"Why the first: {program} trace {answer.matches[0].pattern}", markup=False)


def _show_match(console: Console, place: int, match: Match) -> None:
    from rich.text import Text

    from service.cli.output import counted, indented

    def line(text: str, style: str = "") -> None:
        console.print(indented(text, by=3, style=style))

    console.print(Text(f"{place}. {match.name}", style="bold"), Text(f"  {match.score:.3f}", style="cyan"))
    if match.summary:
        line(match.summary)
    claims = f"{counted(match.claims_for, 'claim')} for, {match.claims_against} against"
    counts = f"{counted(match.support, 'paper')}, {claims}"
    line(f"{counts}   {match.pattern}", "dim")
    for name, variant in _by_variants(match):
        line(f"by what is known of {variant}, a variant of {name}", "dim")
    for quote in match.evidence[:_QUOTES_SHOWN]:
        page = f", page {quote.page}" if quote.page else ""
        line(f"{_SIGNS.get(quote.stance, '·')} “{quote.quote}”")
        disputed = f"; another paper says the opposite: {quote.contradicts[0]}" if quote.contradicts else ""
        line(f"  {quote.paper_title}{page}{disputed}", "dim")
    for kind in match.objection_kinds[:_KINDS_SHOWN]:
        missing = f", missing {kind.missing.replace('_', ' ')}" if kind.missing else ""
        major = f", major in {kind.major}" if kind.major else ""
        often = f"{kind.papers} of {counted(kind.of_papers, 'reviewed paper')}{major}"
        line(f"reviewers on {kind.aspect.replace('_', ' ')}{missing}: {often}{_shift(kind)}", "yellow")
        if kind.tasks:
            shares = (f"{each.name} {each.papers} of {each.of_papers}" for each in kind.tasks[:_TASKS_SHOWN])
            line(f"  in papers on {'; '.join(shares)}", "yellow")
        for objection in kind.quotes[:1]:
            line(f"  “{objection.text}”", "yellow")
    names = {method.ref: method.name for method in match.methods}
    for belief in match.beliefs:
        name = names.get(belief.method, belief.method)
        about = f"{name} on {belief.task}: {belief.metric} {belief.mean:+.4f} ± {belief.sd:.4f}"
        line(f"tried here: {about}, {counted(belief.trials, 'seed pair')}, {belief.failed} failed", "green")
    console.print()


def _by_variants(match: Match) -> list[tuple[str, str]]:
    """The names by whose variants the match was reached, each with the variant."""
    found = [
        (path[place].name, hop.name)
        for path in match.paths
        for place, hop in enumerate(path[1:])
        if hop.edge == "VARIANT_OF" and hop.reverse
    ]
    return list(dict.fromkeys(found))


def _shift(kind: ObjectionKind) -> str:
    """The difference in score, where its interval leaves out zero."""
    score = kind.score
    if score is None or score.low <= 0 <= score.high:
        return ""
    where = "here" if score.basis == "pattern" else "in the corpus"
    return f"; scores {score.value:+.2f} sd where raised ({score.low:+.2f} to {score.high:+.2f}, {where})"


_SIGNS = {"supports": "+", "contradicts": "−", "mentions": "·"}


def _quoted(text: str) -> str:
    import shlex

    return ("-- " if text.startswith("-") else "") + shlex.quote(text)
