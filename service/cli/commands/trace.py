"""``patternbook trace``: from any node to the sentences, review points and trials it rests on."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, settings_of

NAME = "trace"
EXAMPLES = "Examples:\n\npatternbook trace Method/label-smoothing\n\npatternbook trace Plan/plan:1f… --limit 5 --json"
