"""The command line. `main` is what the installed command ``patternbook`` calls."""

from service.cli.main import main

__all__ = ["main"]
