"""``patternbook serve``: the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.options import HomeOption, StoreOption, settings_of

NAME = "serve"
EXAMPLES = (
    "Examples:\n\npatternbook serve\n\npatternbook serve --port 9000 & "
    "curl -s localhost:9000/v1/ask -H 'content-type: application/json' -d '{\"intent\": \"small data overfits\"}'"
)


def command(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help="Address to listen on. Others than loopback: see below.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0: any free one.")] = 8765,
    home: HomeOption = None,
    store: StoreOption = None,
) -> None:
    """Serve the HTTP API until Ctrl-C. Its description is at /docs and /openapi.json.

    There is no authentication yet: whoever reaches the port can ask, plan and run. It listens on loopback only, unless
    told otherwise; put a proxy that authenticates in front of any other address.
    """
    import uvicorn

    from service.api import create_app
    from service.cli.output import configure_logging, err
    from service.errors import PartMissing

    configure_logging()
    app = create_app(settings_of(context, home=home, store=store))
    if host not in {"127.0.0.1", "localhost", "::1"}:
        err().print(f"Listening on {host}: there is no authentication; see patternbook serve --help.", markup=False)
    try:
        uvicorn.run(app, host=host, port=port, log_level="info", access_log=False)
    except SystemExit as leave:  # uvicorn's way to say that it could not start; it has logged why
        raise PartMissing(f"the server could not listen on {host}:{port}: choose another with --port") from leave
