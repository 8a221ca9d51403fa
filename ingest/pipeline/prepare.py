"""One file from bytes to an extraction: read, parse, extract, each with an artefact in HOME.

Guarantees: an artefact is named by everything it depends on (content, name, stage version, what a list says), so one
that is there is never made again and never wrong; a kill between two stages loses at most the one in progress. What a
stage raises is recorded as the file's failure. A HOME that cannot be written and a missing library are no fault of the
file and are told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import orjson

from graph.canonical import content_hash
from graph.errors import HomeDamaged, HomeError
from graph.vocabulary.document import Bibliography, Document, Frozen
from graph.vocabulary.extraction import Extraction
from ingest.pipeline.documents import Artefacts, keep_document, read_document
from ingest.pipeline.errors import WorkersUnusable
from ingest.pipeline.stages import Stages
from ingest.pipeline.task import Failed, Fatal, Prepared, Result, Same, Task
from ingest.sources.names import shown
from ingest.sources.read import read_source, stat_token

_MESSAGE_LENGTH = 500

PARSED = "parse"
EXTRACTED = "extract"


class _Extracted(Frozen):
    """The artefact of the extract stage; the texts themselves are artefacts of their own."""

    documents: tuple[str, ...]
    given: Bibliography | None
    extractions: tuple[Extraction, ...]


class PreparedFile(Frozen):
    """All that the writer needs of one file: its documents and what each states."""

    documents: tuple[Document, ...]
    extractions: tuple[Extraction, ...]


def prepare(task: Task, stages: Stages, home: Artefacts, reached: Callable[[str], None]) -> Result:
    """Read, parse and extract one file; tell *reached* after each stage. Never raises what a file can cause."""
    run = _Run(task, stages, home, reached)
    try:
        return run.through()
    except HomeError as error:
        return Fatal(task.key, error)
    except ImportError as error:
        return Fatal(task.key, WorkersUnusable(f"a part of the installation is missing: {error}"))
    except Exception as error:  # noqa: BLE001 - the stage runner: whatever a parser raises is this file's failure
        # Memory may have run out because of an earlier file: worth another try in a fresh process.
        broken = isinstance(error, MemoryError)
        return Failed(task.key, run.stage, type(error).__name__, said(error), run.content, run.stat, broken)


def said(error: BaseException) -> str:
    """Return the message of *error* as safe text of bounded length; its class name where it has none."""
    text = " ".join(shown(str(error).replace("\n", " ")).split())
    return text[:_MESSAGE_LENGTH] or type(error).__name__


def load(home: Artefacts, artefact: str) -> PreparedFile:
    """Return what `prepare` left under *artefact*.

    Raises:
        HomeDamaged: somebody removed a part of it in the meantime.
    """
    content = home.read_artefact(EXTRACTED, artefact)
    if content is None:
        raise HomeDamaged(f"the artefact {EXTRACTED}/{artefact} has just been written and is gone: ingest again")
    extracted = _Extracted.model_validate_json(content)
    documents = _documents(home, extracted.documents)
    if documents is None:
        raise HomeDamaged("the text of a file that has just been parsed is gone: ingest again")
    filled = tuple(_filled(document, extracted.given) for document in documents)
    return PreparedFile(documents=filled, extractions=extracted.extractions)


def _documents(home: Artefacts, artefacts: Sequence[str]) -> list[Document] | None:
    """Return the documents kept under *artefacts*, or None where one of them is missing."""
    found = [read_document(home, artefact) for artefact in artefacts]
    documents = [document for document in found if document is not None]
    return documents if len(documents) == len(found) else None


class _Run:
    """One file on its way; `stage` is where it is."""

    def __init__(self, task: Task, stages: Stages, home: Artefacts, reached: Callable[[str], None]) -> None:
        self.task, self.stages, self.home, self.reached = task, stages, home, reached
        self.stage = "read"
        self.content = ""
        self.stat = ""
        self.parses = self.extractions = 0

    def through(self) -> Result:
        task = self.task
        self.stat = stat_token(task.path)  # before reading: a change meanwhile is seen next time
        source = read_source(task.path, max_bytes=task.max_bytes)
        self.content = source.sha256
        if source.sha256 == task.known:
            return Same(task.key, self.stat)
        self.home.put_bytes(source.content)
        self._at("parse", after="read")
        parsed_key = content_hash([source.sha256, self._name, task.versions.parse])
        documents = self._parsed(parsed_key, source.content)
        self._at("extract", after="parse")
        # The documents are named too: a stand-in and what it stands in for have one name and one parse version.
        extracted_key = content_hash([parsed_key, task.versions.extract, _as_json(task.given), list(documents)])
        self._extract(extracted_key, documents)
        self.reached("extract")
        provisional = any(document.stand_in for document in documents.values())
        return Prepared(task.key, source.sha256, self.stat, extracted_key, self.parses, self.extractions, provisional)

    @property
    def _name(self) -> str:
        """Folder and name of the file: what a parser may tell a review by."""
        path = Path(self.task.path)
        return shown(f"{path.parent.name}/{path.name}" if path.parent.name else path.name)

    def _at(self, stage: str, *, after: str) -> None:
        self.reached(after)
        self.stage = stage

    def _parsed(self, key: str, content: bytes) -> dict[str, Document]:
        """Return the documents of the file by the keys of their artefacts, in order."""
        if (kept := self.home.read_artefact(PARSED, key)) is not None:
            artefacts: list[str] = orjson.loads(kept)
            if (found := _documents(self.home, artefacts)) is not None:
                return dict(zip(artefacts, found, strict=True))
        documents = self.stages.parse(content, name=self._name)
        self.parses = 1
        parsed = {keep_document(self.home, document): document for document in documents}
        if not any(document.stand_in for document in documents):
            self.home.write_artefact(PARSED, key, orjson.dumps(list(parsed)))
        return parsed

    def _extract(self, key: str, documents: Mapping[str, Document]) -> None:
        if self.home.read_artefact(EXTRACTED, key) is not None:
            return
        given = self.task.given
        extractions = tuple(self.stages.extract(_filled(document, given)) for document in documents.values())
        self.extractions = len(extractions)
        extracted = _Extracted(documents=tuple(documents), given=given, extractions=extractions)
        self.home.write_artefact(EXTRACTED, key, extracted.model_dump_json().encode())


def _as_json(given: Bibliography | None) -> dict[str, object] | None:
    return given.model_dump(mode="json") if given else None


def _filled(document: Document, given: Bibliography | None) -> Document:
    """Return *document* with what a list says of the work, where the file itself says nothing."""
    if given is None:
        return document
    own = document.bibliography
    missing = {name: value for name, value in given if value and not getattr(own, name)}
    return document.model_copy(update={"bibliography": own.model_copy(update=missing)}) if missing else document
