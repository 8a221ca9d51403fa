"""The settings: one typed object, from options, the environment and ``patternbook.toml``, in that order.

Guarantees: a value that is not allowed, and a key of the file that is not known, are refused with the place, the key
and what is allowed; the password is never printed. Does not open anything and does not look whether a server answers:
`service.doctor` does. Paths are relative to the working folder, which is also where the file is looked for.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from ingest.settings import Components, ExtractSettings, LlmSettings, ParseSettings, PdfReader
from runtime.sandbox.isolation import Isolation
from service.errors import SettingsError

FILE_NAME = "patternbook.toml"
ENV_PREFIX = "PATTERNBOOK_"
# Read by the test suite and by scripts, not by the program: `doctor` does not call them misspelt.
OTHER_VARIABLES = frozenset({"PATTERNBOOK_REQUIRE_NEO4J", "PATTERNBOOK_REQUIRE_SANDBOX", "PATTERNBOOK_TEST_NEO4J"})

_SCHEMES = ("sqlite:///", "neo4j://", "neo4j+s://", "neo4j+ssc://", "bolt://", "bolt+s://", "bolt+ssc://")


def usable_cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _known_scheme(url: str) -> str:
    if not url.startswith(_SCHEMES):
        raise ValueError("the scheme is not known")
    if re.match(r"[a-z0-9+]+://[^/]*@", url):
        raise ValueError("it holds a user or password: give those as store_user and store_password")
    return url


def _http_url(url: str) -> str:
    if not re.match(r"https?://[^/\s]+", url):
        raise ValueError("it is not an address of a web server")
    if re.match(r"https?://[^/]*@", url):
        raise ValueError("it holds a user or password, which would be kept with the record of each ingest")
    return url.rstrip("/")


def _allowed(text: str, **more: str) -> dict[str, Any]:
    return {"allowed": text, **more}


class Settings(BaseSettings):
    """All settings. Build it with `load_settings`, which explains what is wrong."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_ignore_empty=True,
        env_file=None,
        toml_file=FILE_NAME,
        extra="forbid",
        frozen=True,
        validate_default=False,
    )

    home: Path = Field(
        default=Path(".patternbook"),
        description="Folder for source bytes, parsed documents, snapshots and logs.",
        json_schema_extra=_allowed("a path"),
    )
    store: Annotated[str, AfterValidator(_known_scheme)] | None = Field(
        default=None,
        description="The store of record. `sqlite:///x` is relative to the working folder, `sqlite:////x` absolute.",
        json_schema_extra=_allowed(
            "sqlite:///PATH, neo4j://HOST:PORT, neo4j+s://HOST:PORT or bolt://HOST:PORT, without user and password",
            default_text="sqlite:///<home>/graph.sqlite",
        ),
    )
    store_user: str | None = Field(
        default=None, description="User of the Neo4j server.", json_schema_extra=_allowed("a name")
    )
    store_password: SecretStr | None = Field(
        default=None,
        description="Password of the Neo4j server. Better given in the environment than in the file.",
        json_schema_extra=_allowed("a password"),
    )
    pdf_reader: PdfReader | None = Field(
        default=None,
        description="Who reads PDFs: `rules` by the geometry of the page (PyMuPDF), `rules+layout` with its layout "
        "model on pages in doubt, `layout` with it on all (some fifty times slower), `grobid` a GROBID server.",
        json_schema_extra=_allowed(
            "rules, rules+layout, layout or grobid", default_text="grobid where grobid_url is set, else rules"
        ),
    )
    grobid_url: Annotated[str, AfterValidator(_http_url)] | None = Field(
        default=None,
        description="A GROBID server. PDFs are sent to it unless `pdf_reader` names another reader.",
        json_schema_extra=_allowed("http://HOST:PORT or https://HOST:PORT", default_text="none"),
    )
    grobid_consolidate: bool = Field(
        default=False,
        description="Let the server look titles and references up on the internet, which tells others what you read.",
        json_schema_extra=_allowed("true or false"),
    )
    grobid_timeout_s: float = Field(
        default=180,
        gt=0,
        le=3600,
        description="How long one request to the server may take. In seconds.",
        json_schema_extra=_allowed("a number above 0 and up to 3600"),
    )
    grobid_attempts: int = Field(
        default=8,
        ge=1,
        le=100,
        description="How often a file is sent to a server that is busy or does not answer, with growing pauses.",
        json_schema_extra=_allowed("a whole number from 1 to 100"),
    )
    grobid_concurrency: int = Field(
        default=4,
        ge=1,
        le=256,
        description="Requests to the server at a time, over all processes of this machine. `workers` bounds it too.",
        json_schema_extra=_allowed("a whole number from 1 to 256"),
    )
    grobid_fallback: bool = Field(
        default=False,
        description="Let the rules read a PDF that the server does not return. Such a file is in and says so; "
        "`ingest --retry failed` asks the server again. Otherwise the file fails.",
        json_schema_extra=_allowed("true or false"),
    )
    components: Components = Field(
        default=Components.TRAINED,
        description="Who extracts: the trained components with the rules, or the rules alone (twice as fast).",
        json_schema_extra=_allowed("trained or rules"),
    )
    appendices: bool = Field(
        default=False,
        description="Let the trained components read what follows the references, too. The rules always do.",
        json_schema_extra=_allowed("true or false"),
    )
    llm_base_url: Annotated[str, AfterValidator(_http_url)] | None = Field(
        default=None,
        description="An OpenAI-compatible endpoint of a language model that reads too. Needs the extra `[llm]`.",
        json_schema_extra=_allowed("http://HOST:PORT/v1 or https://HOST/v1", default_text="none"),
    )
    llm_model: str | None = Field(
        default=None,
        min_length=1,
        description="The model, by the name that the endpoint knows it by.",
        json_schema_extra=_allowed("a name", default_text="none"),
    )
    llm_api_key: SecretStr | None = Field(
        default=None,
        description="The key for the endpoint. Better in the environment than in the file.",
        json_schema_extra=_allowed("text", default_text="none"),
    )
    llm_max_tokens: int = Field(
        default=1_000_000,
        gt=0,
        description="How many tokens may be sent and received in all, over the life of `home`.",
        json_schema_extra=_allowed("a whole number above 0"),
    )
    llm_max_cost: float | None = Field(
        default=None,
        gt=0,
        description="How much money may be spent in all, in the currency of the prices.",
        json_schema_extra=_allowed("a number above 0", default_text="no limit but that of tokens"),
    )
    llm_price_in: float = Field(
        default=0.0,
        ge=0,
        description="The price of a million tokens sent.",
        json_schema_extra=_allowed("a number from 0"),
    )
    llm_price_out: float = Field(
        default=0.0,
        ge=0,
        description="The price of a million tokens received.",
        json_schema_extra=_allowed("a number from 0"),
    )
    llm_concurrency: int = Field(
        default=4,
        ge=1,
        le=64,
        description="Requests to the endpoint at a time, of each worker.",
        json_schema_extra=_allowed("a whole number from 1 to 64"),
    )
    embedder: str = Field(
        default="packaged",
        min_length=1,
        description="What turns text into vectors. `packaged` is all-MiniLM-L6-v2, which comes with Patternbook; "
        "`hash` needs no model and knows only spelling.",
        json_schema_extra=_allowed("packaged, hash, a folder, or a sentence-transformers name"),
    )
    isolation: Isolation | None = Field(
        default=None,
        description="Force a sandbox: `bwrap` (bubblewrap), `landlock` (with seccomp) or `rlimit` (limits only). "
        "One that cannot be set up here is then an error, where else the next one is taken.",
        json_schema_extra=_allowed("bwrap, landlock or rlimit", default_text="the best that works here"),
    )
    workers: int = Field(
        default_factory=usable_cores,
        ge=0,
        le=256,
        description="Processes that parse and extract, and trials that run side by side. 0: all in one process.",
        json_schema_extra=_allowed("a whole number from 0 to 256", default_text="the number of usable cores"),
    )
    allow_untrusted_code: bool = Field(
        default=False,
        description="Let project tasks and patches run where there is no sandbox: only on an expendable machine.",
        json_schema_extra=_allowed("true or false"),
    )
    max_file_mb: int = Field(
        default=200,
        ge=1,
        le=100_000,
        description="Files larger than this are named as failures and not read. In MB.",
        json_schema_extra=_allowed("a whole number from 1 to 100000"),
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # not read: one file is enough
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options before the environment before the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def store_url(self) -> str:
        """The address of the store: the one that was set, else a SQLite file under `home`."""
        return self.store or f"sqlite:///{self.home / 'graph.sqlite'}"

    @property
    def parse(self) -> ParseSettings:
        """What decides how files are read."""
        by_default = PdfReader.RULES if self.grobid_url is None else PdfReader.GROBID
        return ParseSettings(
            pdf_reader=self.pdf_reader or by_default,
            grobid_url=self.grobid_url,
            grobid_consolidate=self.grobid_consolidate,
            grobid_timeout_s=self.grobid_timeout_s,
            grobid_attempts=self.grobid_attempts,
            grobid_concurrency=self.grobid_concurrency,
            grobid_fallback=self.grobid_fallback,
        )

    @property
    def extract(self) -> ExtractSettings:
        """What decides what is extracted.

        Raises:
            SettingsError: an endpoint without a model, or a model without an endpoint.
        """
        return ExtractSettings(components=self.components, appendices=self.appendices, llm=self._llm())

    def _llm(self) -> LlmSettings | None:
        if self.llm_base_url is None and self.llm_model is None:
            return None
        if self.llm_base_url is None or self.llm_model is None:
            missing = "llm_base_url" if self.llm_base_url is None else "llm_model"
            raise SettingsError(f"a language model needs both llm_base_url and llm_model; {missing} is not set")
        key = {} if self.llm_api_key is None else {"api_key": self.llm_api_key}
        return LlmSettings(
            base_url=self.llm_base_url,
            model=self.llm_model,
            max_tokens=self.llm_max_tokens,
            max_cost=self.llm_max_cost,
            price_in=self.llm_price_in,
            price_out=self.llm_price_out,
            concurrency=self.llm_concurrency,
            **key,
        )

    @property
    def password(self) -> str | None:
        """The password in the clear, for the one call that needs it."""
        return self.store_password.get_secret_value() if self.store_password else None


def load_settings(options: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings of this call; *options* are those given on the command line (None: not given).

    Raises:
        SettingsError: with the place, the key and what is allowed.
    """
    given = {name: value for name, value in (options or {}).items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_explain(error, given)) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{FILE_NAME} is not valid TOML: {error}. Mend the line, or remove the file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE_NAME} cannot be read: {error}.") from None


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return the ``PATTERNBOOK_*`` variables that name no setting: most often a spelling mistake."""
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields} | OTHER_VARIABLES
    return sorted(name for name in environment if name.upper().startswith(ENV_PREFIX) and name.upper() not in known)


def _explain(error: ValidationError, given: Mapping[str, Any]) -> str:
    return " ".join(_explain_one(dict(each), given) for each in error.errors(include_url=False))


def _explain_one(problem: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    key = str(problem["loc"][0]) if problem["loc"] else ""
    if problem["type"] == "extra_forbidden":
        close = difflib.get_close_matches(key, Settings.model_fields, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        return f"{FILE_NAME} has an unknown key {key!r}.{hint} Known keys: {', '.join(Settings.model_fields)}."
    field = Settings.model_fields[key]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    if key in given:
        place = f"option --{key.replace('_', '-')}"
    elif any(name.upper() == ENV_PREFIX + key.upper() for name in os.environ):
        place = f"environment variable {ENV_PREFIX}{key.upper()}"
    else:
        place = f"{FILE_NAME}, key {key!r}"
    shown = "a value that is kept secret" if key == "store_password" else repr(problem["input"])
    reason = f" ({problem['ctx']['error']})" if problem["type"] == "value_error" else ""
    if key in {"store", "grobid_url"} and "@" in shown:
        shown = "an address"
    return f"{place}: {shown} is not allowed{reason}. Allowed: {extra.get('allowed', 'see the reference')}."
