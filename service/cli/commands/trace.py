"""``patternbook trace``: from any node to the sentences, review points and trials it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, settings_of

if TYPE_CHECKING:
    from service.documents import TraceDocument, TraceStep

NAME = "trace"
EXAMPLES = (
    "Examples:\n\npatternbook trace Method/label-smoothing\n\n"
    "patternbook trace Paper/asmallstudyoflabelsmoothing --limit 5 --json"
)

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
    """Show what a node rests on: every path to a sentence on a page, a reviewer's point, or a trial."""
    from service.cli.output import print_json
    from service.nodes import trace_node
    from service.workspace import open_workspace

    with open_workspace(settings_of(context, home=home, store=store), must_exist=True) as workspace:
        traced = trace_node(workspace.store, reference, limit=limit)
    if json:
        print_json(traced)
    else:
        _show(reference, traced)


def _show(reference: str, traced: TraceDocument) -> None:
    from rich.text import Text
    from rich.tree import Tree

    from service.cli.output import out

    tree = Tree(Text(reference, style="bold"))
    branches: dict[tuple[str, ...], Tree] = {}
    for path in traced.paths:
        at = tree
        came: tuple[str, ...] = ()
        for step in path[1:] or path:
            came = (*came, f"{step.label}/{step.key}")
            if came not in branches:
                branches[came] = at.add(Text(_line(step)))
            at = branches[came]
    console = out()
    console.print(tree)
    if not traced.paths:
        console.print("Nothing carries it: it keeps the books, or what carried it has been superseded.")
    if traced.truncated:
        console.print(f"There are more than these {len(traced.paths)} paths: --limit shows more.")


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
