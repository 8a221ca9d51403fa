"""What `doctor` says of those who extract: the trained components, and the language model where one is set."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ingest.pipeline.stages import LEDGER
from ingest.settings import Components, LlmSettings
from service.documents import Check, Verdict
from service.errors import SettingsError
from service.settings import Settings

_TIMEOUT_S = 3.0


def components_check(settings: Settings) -> Check:
    """Return which trained components are installed and whole."""
    from ingest.extract.weights import load_component
    from ingest.extract.weights.errors import WeightsError
    from ingest.extract.weights.installed import installed_components

    if settings.components is Components.RULES:
        return Check(name="extractor", verdict=Verdict.OK, says="the rules alone (components is set to rules)")
    names = installed_components()
    if not names:
        says = "no trained component is installed: the rules read alone"
        return Check(name="extractor", verdict=Verdict.NOTE, says=says, advice="python -m ingest.extract.train --help")
    try:
        found = [load_component(name) for name in names]
    except WeightsError as error:
        return Check(name="extractor", verdict=Verdict.MISSING, says=str(error))
    named = ", ".join(f"{each.manifest.component} {each.manifest.version}" for each in found if each is not None)
    return Check(name="extractor", verdict=Verdict.OK, says=f"trained components with the rules: {named}")


def llm_check(settings: Settings) -> Check:
    """Return whether the language model answers, and what of its budget is spent."""
    try:
        llm = settings.extract.llm
    except SettingsError as error:
        return Check(name="LLM", verdict=Verdict.MISSING, says=str(error))
    if llm is None:
        says = "none in use: extraction, planning and reports work without one"
        return Check(name="LLM", verdict=Verdict.OK, says=says)
    if importlib.util.find_spec("openai") is None:
        says = f"{llm.model} is set, and its client is not installed"
        return Check(name="LLM", verdict=Verdict.MISSING, says=says, advice="pip install 'patternbook[llm]'")
    if problem := _asked(llm):
        return Check(name="LLM", verdict=Verdict.MISSING, says=problem, advice="start it, or unset llm_base_url")
    says = f"{llm.model} at {llm.base_url} reads papers and reviews too; {_spent(llm, settings.home / LEDGER)}"
    return Check(name="LLM", verdict=Verdict.OK, says=says)


def _asked(llm: LlmSettings) -> str:
    """Return what is wrong with the endpoint, or ""."""
    import httpx

    try:
        answer = httpx.get(
            f"{llm.base_url}/models",
            headers={"Authorization": f"Bearer {llm.api_key.get_secret_value()}"},
            timeout=_TIMEOUT_S,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{llm.base_url} does not answer ({error})"
    return "" if answer.status_code not in {401, 403} else f"{llm.base_url} refuses the key ({answer.status_code})"


def _spent(llm: LlmSettings, ledger: Path) -> str:
    from ingest.extract.llm import Ledger

    if not ledger.exists():
        return f"nothing is spent of {llm.max_tokens:,} tokens"
    spent = Ledger(ledger).spent()
    return f"{spent.tokens:,} of {llm.max_tokens:,} tokens spent in {spent.requests:,} requests"
