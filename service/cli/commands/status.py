"""``patternbook status``: what is in the graph, in numbers."""

from __future__ import annotations

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, settings_of

NAME = "status"
EXAMPLES = "Examples:\n\npatternbook status\n\npatternbook status --json | jq .counts.Paper"


def command(
    context: typer.Context, home: HomeOption = None, store: StoreOption = None, json: JsonOption = False
) -> None:
    """Show the store, the graph's hash, what it holds, how far ingest came, and plans that are not finished."""
    from service.cli.output import add, out, print_json, table
    from service.status import read_status

    status = read_status(settings_of(context, home=home, store=store))
    if json:
        print_json(status)
        return
    console = out()
    console.print(f"Store     {status.store}" + ("" if status.store_id else " (nothing stored yet)"), markup=False)
    console.print(f"Home      {status.home}", markup=False)
    console.print(f"Graph     {status.graph_hash}")
    console.print(f"Snapshot  {status.snapshot or 'none yet: run patternbook compile'}")
    items = ", ".join(f"{count} {state}" for state, count in status.items.items() if count)
    console.print(f"Files     {items or 'none yet: run patternbook ingest PATH'}")
    for title, counts in (("Nodes", status.counts), ("Edges", status.edges)):
        shown = {name: count for name, count in counts.items() if count}
        if shown:
            rows = table(title, "", right=frozenset({""}))
            for name, count in shown.items():
                add(rows, name, f"{count:,}")
            console.print()
            console.print(rows)
    if status.plans:
        rows = table("Plan", "state", "trials", "intent")
        for plan in status.plans:
            add(rows, plan.plan, plan.state, plan.counted, plan.intent)
        console.print()
        console.print(rows)
    if status.failures:
        rows = table("Failed", "what", "why")
        for failure in status.failures:
            add(rows, failure.source, failure.kind, failure.message)
        console.print()
        console.print(rows)
