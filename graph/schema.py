"""The schema: every label, edge type and property, with its type, and whether it counts for the graph hash.

The one place that says what the graph holds. Constraints, indexes, the coercion of values, the graph hash, the
reference page (docs/reference/schema.md) and the explorer's legend are derived from it.

Ownership decides what is *live*. A fact (`Ownership.DOCUMENT`) carries `document` and `extraction` and is live while
its Document's own `extraction` is that one. A name (`Ownership.SHARED`) is live while a live fact reaches it, a Paper
while it has a live Document. A Document is live until another one supersedes it (`superseded_by`). So a re-extraction
supersedes a document's facts by changing one property, and nothing is deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

SCHEMA_VERSION = 1


class Label(StrEnum):
    """The kinds of node."""

    META = "Meta"
    PAPER = "Paper"
    DOCUMENT = "Document"
    EVIDENCE = "Evidence"
    METHOD = "Method"
    TASK = "Task"
    DATASET = "Dataset"
    METRIC = "Metric"
    PROBLEM = "Problem"
    CLAIM = "Claim"
    RESULT = "Result"
    REVIEW_POINT = "ReviewPoint"
    RESOURCE = "Resource"
    PATTERN = "Pattern"
    PLAN = "Plan"
    DECISION = "Decision"
    TRIAL = "Trial"
    MEASUREMENT = "Measurement"
    FINDING = "Finding"
    BELIEF = "Belief"
    ITEM = "Item"
    RUN = "Run"
    LEASE = "Lease"


class EdgeType(StrEnum):
    """The kinds of edge, each read from source to target."""

    OF_PAPER = "OF_PAPER"
    QUOTED_FROM = "QUOTED_FROM"
    EVIDENCED_BY = "EVIDENCED_BY"
    PROPOSES = "PROPOSES"
    USES = "USES"
    COMPARES_WITH = "COMPARES_WITH"
    MENTIONS = "MENTIONS"
    STUDIES = "STUDIES"
    EVALUATES_ON = "EVALUATES_ON"
    MEASURES = "MEASURES"
    ADDRESSES = "ADDRESSES"
    LIMITED_BY = "LIMITED_BY"
    STATES = "STATES"
    RAISES = "RAISES"
    HAS_INTERVENTION = "HAS_INTERVENTION"
    HAS_COMPARATOR = "HAS_COMPARATOR"
    HAS_METHOD = "HAS_METHOD"
    HAS_TASK = "HAS_TASK"
    HAS_DATASET = "HAS_DATASET"
    HAS_METRIC = "HAS_METRIC"
    ABOUT = "ABOUT"
    SPEAKS_OF = "SPEAKS_OF"
    CITES = "CITES"
    CREDITED_TO = "CREDITED_TO"
    RELEASES = "RELEASES"
    LINKS_TO = "LINKS_TO"
    MERGED_INTO = "MERGED_INTO"
    KEPT_APART = "KEPT_APART"
    KEPT_TOGETHER = "KEPT_TOGETHER"
    VARIANT_OF = "VARIANT_OF"
    COMPOSED_OF = "COMPOSED_OF"
    SOLVES = "SOLVES"
    APPLIES_TO = "APPLIES_TO"
    EXEMPLIFIED_BY = "EXEMPLIFIED_BY"
    SUPPORTED_BY = "SUPPORTED_BY"
    CONTRADICTED_BY = "CONTRADICTED_BY"
    OBJECTED_BY = "OBJECTED_BY"
    USUALLY_ON = "USUALLY_ON"
    USUALLY_MEASURED_BY = "USUALLY_MEASURED_BY"
    USUALLY_AGAINST = "USUALLY_AGAINST"
    DRAWS_ON = "DRAWS_ON"
    TESTS = "TESTS"
    FOLLOWS = "FOLLOWS"
    DECIDES = "DECIDES"
    PART_OF = "PART_OF"
    RUNS = "RUNS"
    MEASURED_IN = "MEASURED_IN"
    CONCLUDES = "CONCLUDES"
    COMPUTED_FROM = "COMPUTED_FROM"
    SUPPORTS = "SUPPORTS"
    CONTRADICTS = "CONTRADICTS"
    BELIEVED_OF = "BELIEVED_OF"
    INFORMED_BY = "INFORMED_BY"


class Ownership(StrEnum):
    """Who keeps a node or edge alive."""

    DOCUMENT = "document"  # live while its document's extraction is its own
    SHARED = "shared"  # live while a live fact reaches it
    STANDING = "standing"  # always live


class ValueType(StrEnum):
    """The property types both stores keep alike. `JSON` is a nested value as canonical JSON text."""

    STRING = "string"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    STRINGS = "strings"
    INTS = "ints"
    FLOATS = "floats"
    JSON = "json"


@dataclass(frozen=True)
class Property:
    """One property. `hashed` says whether it counts for the graph hash; `searched` whether text search covers it.

    `sparse`: most nodes lack it, and its index holds only those that have it; asking for those that lack it reads all.
    """

    type: ValueType
    meaning: str
    hashed: bool = True
    indexed: bool = False
    searched: bool = False
    sparse: bool = False


@dataclass(frozen=True)
class NodeSpec:
    """One label. `queued` labels carry the queue's fields and may be claimed."""

    meaning: str
    properties: dict[str, Property]
    ownership: Ownership = Ownership.STANDING
    hashed: bool = False
    queued: bool = False
    exhausted_state: str = "dead"


@dataclass(frozen=True)
class EdgeSpec:
    """One edge type: which labels it joins, and its properties."""

    meaning: str
    ends: tuple[tuple[Label, Label], ...]
    properties: dict[str, Property] = field(default_factory=dict)
    ownership: Ownership = Ownership.STANDING
    hashed: bool = False


class Ref(NamedTuple):
    """A reference to a node, written ``Label/key`` everywhere."""

    label: Label
    key: str

    def __str__(self) -> str:
        return f"{self.label.value}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Read ``Label/key``; labels are matched without regard to case.

        Raises:
            ValueError: no slash, an unknown label, or a key of the wrong form.
        """
        from graph.keys import is_key

        label, slash, key = text.partition("/")
        names = {each.value.casefold(): each for each in Label}
        if not slash or label.casefold() not in names:
            raise ValueError(f"{text!r} is not a reference: write Label/key with one of {', '.join(Label)}")
        if not is_key(key):
            raise ValueError(f"{key!r} is not a key: lower-case letters, digits and . _ : ~ -, at most 120")
        return cls(names[label.casefold()], key)


def _text(meaning: str, *, hashed: bool = True, indexed: bool = False, searched: bool = False) -> Property:
    return Property(ValueType.STRING, meaning, hashed=hashed, indexed=indexed, searched=searched)


def _number(meaning: str, *, hashed: bool = True) -> Property:
    return Property(ValueType.FLOAT, meaning, hashed=hashed)


def _count(meaning: str, *, hashed: bool = True) -> Property:
    return Property(ValueType.INT, meaning, hashed=hashed)


def _texts(meaning: str, *, hashed: bool = True) -> Property:
    return Property(ValueType.STRINGS, meaning, hashed=hashed)


def _json(meaning: str, *, hashed: bool = True) -> Property:
    return Property(ValueType.JSON, meaning, hashed=hashed)


def _key(meaning: str) -> Property:
    """A text that only serves to find the node, where it has one."""
    return Property(ValueType.STRING, meaning, hashed=False, indexed=True, sparse=True)


_RUN = {"run": _text("the ingest run that made it", hashed=False)}
_OWNED = {
    "document": _text("key of the Document it was read from", indexed=True),
    "extraction": _text("the extraction it belongs to; live while it is the Document's own"),
    **_RUN,
}
_DECIDED_ABOUT = {
    "undecided": Property(
        ValueType.BOOL,
        "whether resolve has yet to carry out what somebody decided",
        hashed=False,
        indexed=True,
        sparse=True,
    ),
    "decisions": Property(ValueType.INT, "how often somebody decided about it", hashed=False),
}
_NAME = {
    "name": _text("as most papers write it", searched=True),
    "normal": _text("the normal form its key is made from"),
    "squash": _text("the normal form without spelling habits: where spelling variants meet", indexed=True),
    "core": _key("the squashed form without general words around it, where that differs"),
    "parent": _key("squashed form of what it is a variant of; absent for most"),
    "family": _key("the same without any size or version, where that differs"),
    "placed": Property(ValueType.BOOL, "whether its VARIANT_OF edges are written", hashed=False),
    "grams0": _key("first band of a MinHash over 3-grams; absent for short names"),
    "grams1": _key("second band"),
    "grams2": _key("third band"),
    "grams3": _key("fourth band"),
    **_DECIDED_ABOUT,
    "tally": _json("{epoch, surfaces: {text: quotes}, long: {normal form: quotes}} over live quotes", hashed=False),
    **_RUN,
}
_QUEUE = {
    "state": _text("pending, running, done, failed, and the state of items given up", hashed=False, indexed=True),
    "owner": _text("who holds the claim", hashed=False),
    "lease": _number("until when, seconds since 1970", hashed=False),
    "attempt": _count("number of claims so far: the fencing token", hashed=False),
    "failure": _json("{class, message} of the last failure", hashed=False),
}
_DECIDED = {
    "rule": _text("the rule that decided"),
    "score": _number("0 to 1"),
    "by": _text("'rules/<version>' or who decided"),
    "via": _text("the member of the group whose likeness joined it; absent where that is the target"),
    **_RUN,
    "at": _text("when", hashed=False),
}

NODES: dict[Label, NodeSpec] = {
    Label.META: NodeSpec(
        "The database itself; one node with key 'store'.",
        {
            "store_id": _text("random, made once"),
            "schema_version": _count("of this schema"),
            "generation": _count("raised when a batch of papers or outcomes is published"),
            "belief_generation": _count("raised when outcomes change a belief"),
            "tally_epoch": _count("raised when resolve counts all names anew"),
        },
    ),
    Label.PAPER: NodeSpec(
        "The work. Its properties are those of its best Document; one that is only cited has no more than a title.",
        {
            "title": _text("as printed", searched=True),
            "authors": _texts("as published"),
            "year": _count("of publication"),
            "venue": _text("e.g. 'NeurIPS 2025'"),
            "doi": _text("", indexed=True),
            "arxiv": _text("", indexed=True),
            "openreview": _text("", indexed=True),
            "decision": _text("of the venue, in words"),
            "scores": Property(ValueType.FLOATS, "ratings of its reviews, in document and review order"),
            "extracted": _text("key of the Document whose facts are live"),
            **_DECIDED_ABOUT,
            "revision": _count("guards against two writers", hashed=False),
        },
        ownership=Ownership.SHARED,
        hashed=True,
    ),
    Label.DOCUMENT: NodeSpec(
        "One parsed file of a paper, or a file of reviews.",
        {
            "kind": _text("paper, abstract or review", indexed=True),
            "format": _text("pdf, tei, markdown, text or json"),
            "title": _text("as this file prints it"),
            "authors": _texts("as published"),
            "abstract": _text("as this file prints it", searched=True),
            "year": _count(""),
            "venue": _text(""),
            "doi": _text("", indexed=True),
            "arxiv": _text("", indexed=True),
            "openreview": _text("", indexed=True),
            "decision": _text(""),
            "keywords": _texts(""),
            "scores": Property(ValueType.FLOATS, "ratings in review order; empty for a paper"),
            "text_sha256": _text("of the text the offsets refer to"),
            "sentences": _count("how many"),
            "pages": _count("how many; absent where there are none"),
            "parser": _text("who read it, with version"),
            "extractor": _text("who extracted it, with version"),
            "extraction": _text("the live extraction; absent where another Document of the paper is preferred"),
            "written_extraction": _text("the extraction written last, live or not", hashed=False),
            "counted_extraction": _text("epoch/extraction that the tallies of its names count", hashed=False),
            "superseded_by": _text("key of the Document that took its place: no longer live", hashed=False),
            "stem": _text(
                "file name without suffix: joins a paper with a review beside it", hashed=False, indexed=True
            ),
            "sources": _texts("paths it was read from", hashed=False),
            "resolved": Property(ValueType.BOOL, "whether resolve has seen it", hashed=False, indexed=True),
            "revision": _count("raised with each change that resolve has to see", hashed=False),
            "warnings": _texts("what the parser could not read"),
            **_RUN,
        },
        hashed=True,
    ),
    Label.EVIDENCE: NodeSpec(
        "A verbatim quote and where it stands.",
        {
            "quote": _text("verbatim", searched=True),
            "section": _text("heading it stands under"),
            "char_start": _count("offset into the Document's text"),
            "char_end": _count("exclusive"),
            "page": _count("1-based, first page; absent without a PDF"),
            "boxes": _json("[{page, x0, y0, x1, y1}] in PDF points, origin top left"),
            "extractor": _text("with version"),
            "confidence": _number("of the sentence's best item"),
            **_OWNED,
        },
        ownership=Ownership.DOCUMENT,
        hashed=True,
    ),
    Label.METHOD: NodeSpec("A canonical methodological unit.", dict(_NAME), Ownership.SHARED, hashed=True),
    Label.TASK: NodeSpec(
        "What is to be solved, e.g. 'image classification'.", dict(_NAME), Ownership.SHARED, hashed=True
    ),
    Label.DATASET: NodeSpec("What it is tried on.", dict(_NAME), Ownership.SHARED, hashed=True),
    Label.METRIC: NodeSpec("What is measured.", dict(_NAME), Ownership.SHARED, hashed=True),
    Label.PROBLEM: NodeSpec("A problem, limitation or symptom, as stated.", dict(_NAME), Ownership.SHARED, hashed=True),
    Label.CLAIM: NodeSpec(
        "An intervention changes an outcome.",
        {
            "direction": _text("improves, degrades or no_difference", indexed=True),
            "size": _text("the effect as printed"),
            "statement": _text("in one line", searched=True),
            "confidence": _number("0 to 1"),
            **_OWNED,
        },
        ownership=Ownership.DOCUMENT,
        hashed=True,
    ),
    Label.RESULT: NodeSpec(
        "A value reported in a paper.",
        {
            "value": _number("as a number"),
            "printed": _text("as printed"),
            "confidence": _number("0 to 1"),
            **_OWNED,
        },
        ownership=Ownership.DOCUMENT,
        hashed=True,
    ),
    Label.REVIEW_POINT: NodeSpec(
        "One argument of a review.",
        {
            "aspect": _text("baselines, ablation, statistics, …", indexed=True),
            "polarity": _text("positive, negative, question or suggestion", indexed=True),
            "text": _text("the argument, verbatim", searched=True),
            "severity": _text("major, minor or unclear; none for praise", indexed=True),
            "missing": _text("what is missing: comparison, ablation, statistics, …", indexed=True),
            "missing_name": _text("its name, where the reviewer gives one"),
            "answer": _text("resolved, remains or replied; none where nothing is said", indexed=True),
            "answer_confidence": _number("0 to 1"),
            "weighed": _text("named or decisive, where the meta-review takes it up", indexed=True),
            "weighed_confidence": _number("0 to 1"),
            "by_chair": Property(ValueType.BOOL, "whether a meta-review makes it"),
            "review": _count("which review of the file, from 0"),
            "rating": _number("of that review"),
            "confidence": _number("0 to 1"),
            **_OWNED,
        },
        ownership=Ownership.DOCUMENT,
        hashed=True,
    ),
    Label.RESOURCE: NodeSpec(
        "Code, data, a model or a page that a paper links to.",
        {
            "name": _text("host and path, as people read it", searched=True),
            "url": _text("the address, breaks undone"),
            "host": _text("e.g. 'github.com'", indexed=True),
            **_RUN,
        },
        ownership=Ownership.SHARED,
        hashed=True,
    ),
    Label.PATTERN: NodeSpec(
        "Problem, composition of methods, contexts, evidence for and against. Derived: compile writes it.",
        {
            "name": _text("", searched=True),
            "summary": _text("in one line"),
            "support": _count("papers"),
            "claims_for": _count(""),
            "claims_against": _count(""),
            "objections": _count("negative review points"),
            "trials": _count("trials of its methods"),
            "failures": _json("{label: count} over its trials"),
            "graph_hash": _text("of the graph it was mined from"),
        },
    ),
    Label.PLAN: NodeSpec(
        "A hypothesis and its design. Immutable.",
        {
            "intent": _text("the question", searched=True),
            "hypothesis": _text("in one sentence"),
            "task": _text("id of the task", indexed=True),
            "document": _json("the whole plan"),
            "at": _text("when"),
        },
    ),
    Label.DECISION: NodeSpec(
        "Something decided about a plan: approved, started, finished, paused, edited.",
        {
            "kind": _text("", indexed=True),
            "by": _text(""),
            "reason": _text(""),
            "at": _text(""),
            "arm": _text("which arm, where it is about one"),
            "estimate": _json("of a start: {trials, cpu_s, basis}, what was left to run and what it would cost"),
        },
    ),
    Label.TRIAL: NodeSpec(
        "One run of one arm with one seed. Shared by all plans that need it.",
        {
            "task": _text("id of the task", indexed=True),
            "units": _texts("ids of its units"),
            "spec": _json("what is run: task, units with knobs, seed, program version"),
            "seed": _count(""),
            "label": _text("how it failed; absent when it did not", indexed=True),
            "split": _text("val for selection, test for confirmation"),
            "wall_s": _number("wall time of the trial"),
            "cpu_s": _number("CPU seconds, its share of the child's start included"),
            "train_cpu_s": _number("CPU seconds without the child's start, as the child says within what was seen"),
            "gpu_s": _number("seconds for which it held an accelerator"),
            "peak_mb": _number("most memory of its child, all its trials together"),
            "pack_size": _count("trials that trained together with it, itself included"),
            "device": _text("what it ran on"),
            "environment": _json("{python, torch, threads, isolation, …}"),
            "log": _text("name of its log under HOME"),
            "artefact": _text("sha256 of the predictions under HOME"),
            "at": _text("when it ended"),
            **_QUEUE,
        },
        queued=True,
    ),
    Label.MEASUREMENT: NodeSpec(
        "One measured value of one trial.",
        {"metric": _text("", indexed=True), "value": _number(""), "split": _text("val or test"), "trial": _text("")},
    ),
    Label.FINDING: NodeSpec(
        "What the statistics say of one arm against the baseline.",
        {
            "plan": _text("", indexed=True),
            "arm": _text(""),
            "metric": _text(""),
            "verdict": _text("improves, degrades, no_difference, inconclusive or failed"),
            "gain": _number("mean paired gain; positive is better"),
            "ci_low": _number(""),
            "ci_high": _number(""),
            "p": _number("raw"),
            "p_corrected": _number("after correction"),
            "n": _count("seed pairs"),
            "failures": _json("{label: count}"),
            "split": _text("val or test"),
            "task": _text(""),
            "statement": _text("in one sentence", searched=True),
            "at": _text(""),
        },
    ),
    Label.BELIEF: NodeSpec(
        "The posterior over a method's effect in a context.",
        {
            "method": _text("key of the Method", indexed=True),
            "task": _text("the context", indexed=True),
            "metric": _text(""),
            "mean": _number("posterior mean of the gain, in units of the metric"),
            "sd": _number("posterior sd"),
            "prior_mean": _number("before any trial"),
            "prior_sd": _number(""),
            "trials": _count("seed pairs behind it"),
            "failed": _count("trials that failed"),
            "generation": _count("when it last changed"),
        },
    ),
    Label.ITEM: NodeSpec(
        "One file to ingest and how far it came.",
        {
            "source": _text("path as given", indexed=True),
            "content": _text("sha256 of the bytes last seen"),
            "stat": _text("size:mtime:ctime:inode under which they were seen; absent where they must be read again"),
            "stage": _text("the stage it reached"),
            "document": _text("key of the Document it became", indexed=True),
            "settings": _text("hash of the settings it was read with"),
            **_QUEUE,
        },
        queued=True,
        exhausted_state="quarantined",
    ),
    Label.RUN: NodeSpec(
        "One ingest run.",
        {"settings": _json(""), "started_at": _text(""), "ended_at": _text(""), "version": _text("of Patternbook")},
    ),
    Label.LEASE: NodeSpec("A named lock: resolve and compile hold one.", dict(_QUEUE), queued=True),
}

_METHOD_ROLE = {"confidence": _number("0 to 1"), **_OWNED}
_NAMES = (Label.METHOD, Label.TASK, Label.DATASET, Label.METRIC)
_SURFACE = {
    "surface": _text("as written in the quote"),
    "acronym_of": _text("the long form, where the surface is an acronym the document defines"),
    "stance": _text("supports, contradicts or mentions"),
    "confidence": _number("0 to 1"),
    **_OWNED,
}


def _fact(meaning: str, *ends: tuple[Label, Label], properties: dict[str, Property] | None = None) -> EdgeSpec:
    return EdgeSpec(meaning, ends, dict(properties or _METHOD_ROLE), Ownership.DOCUMENT, hashed=True)


EDGES: dict[EdgeType, EdgeSpec] = {
    EdgeType.OF_PAPER: EdgeSpec(
        "Which work it is a text or review of.", ((Label.DOCUMENT, Label.PAPER),), {}, hashed=True
    ),
    EdgeType.QUOTED_FROM: _fact("Where the quote stands.", (Label.EVIDENCE, Label.DOCUMENT)),
    EdgeType.EVIDENCED_BY: _fact(
        "What was read, and from which quote.",
        *((label, Label.EVIDENCE) for label in (*_NAMES, Label.PROBLEM, Label.CLAIM, Label.RESULT, Label.REVIEW_POINT)),
        (Label.PAPER, Label.EVIDENCE),
        (Label.RESOURCE, Label.EVIDENCE),
        properties=_SURFACE,
    ),
    EdgeType.PROPOSES: _fact("The paper's own method.", (Label.DOCUMENT, Label.METHOD)),
    EdgeType.USES: _fact("A method it uses or builds on.", (Label.DOCUMENT, Label.METHOD)),
    EdgeType.COMPARES_WITH: _fact("A method it is compared with.", (Label.DOCUMENT, Label.METHOD)),
    EdgeType.MENTIONS: _fact("A method it names in another role.", (Label.DOCUMENT, Label.METHOD)),
    EdgeType.STUDIES: _fact("A task it works on.", (Label.DOCUMENT, Label.TASK)),
    EdgeType.EVALUATES_ON: _fact("A dataset it uses.", (Label.DOCUMENT, Label.DATASET)),
    EdgeType.MEASURES: _fact("A metric it reports.", (Label.DOCUMENT, Label.METRIC)),
    EdgeType.ADDRESSES: _fact("A problem it sets out to solve.", (Label.DOCUMENT, Label.PROBLEM)),
    EdgeType.LIMITED_BY: _fact("A limitation or symptom it reports.", (Label.DOCUMENT, Label.PROBLEM)),
    EdgeType.STATES: _fact(
        "A claim or result it states.", (Label.DOCUMENT, Label.CLAIM), (Label.DOCUMENT, Label.RESULT)
    ),
    EdgeType.RAISES: _fact("An argument a review makes.", (Label.DOCUMENT, Label.REVIEW_POINT)),
    EdgeType.HAS_INTERVENTION: _fact("What is changed.", (Label.CLAIM, Label.METHOD)),
    EdgeType.HAS_COMPARATOR: _fact("Against what.", (Label.CLAIM, Label.METHOD)),
    EdgeType.HAS_METHOD: _fact("Whose value it is.", (Label.RESULT, Label.METHOD)),
    EdgeType.HAS_TASK: _fact("In which task.", (Label.CLAIM, Label.TASK), (Label.RESULT, Label.TASK)),
    EdgeType.HAS_DATASET: _fact("On which dataset.", (Label.CLAIM, Label.DATASET), (Label.RESULT, Label.DATASET)),
    EdgeType.HAS_METRIC: _fact("By which metric.", (Label.CLAIM, Label.METRIC), (Label.RESULT, Label.METRIC)),
    EdgeType.ABOUT: _fact(
        "What the argument is about.",
        *((Label.REVIEW_POINT, label) for label in (*_NAMES, Label.PAPER)),
    ),
    EdgeType.SPEAKS_OF: EdgeSpec(
        "The claim of its paper that the argument speaks about, which compile derives.",
        ((Label.REVIEW_POINT, Label.CLAIM),),
        {
            "confidence": _number("0 to 1"),
            "ground": _text("quotes, number, label, names or words: what links them"),
        },
    ),
    EdgeType.CITES: _fact(
        "A work that supplies something it uses or compares with; works cited for background are left out.",
        (Label.DOCUMENT, Label.PAPER),
        properties={"roles": _texts("method, dataset, baseline, code: what it supplies"), **_METHOD_ROLE},
    ),
    EdgeType.CREDITED_TO: _fact("The work that a document cites for it.", *((label, Label.PAPER) for label in _NAMES)),
    EdgeType.RELEASES: _fact(
        "Code, data or a model that the paper itself publishes.",
        (Label.DOCUMENT, Label.RESOURCE),
        properties={"kind": _text("code, data, model or page"), **_METHOD_ROLE},
    ),
    EdgeType.LINKS_TO: _fact(
        "Something of others that it points to.",
        (Label.DOCUMENT, Label.RESOURCE),
        properties={"kind": _text("code, data, model or page"), **_METHOD_ROLE},
    ),
    EdgeType.MERGED_INTO: EdgeSpec(
        "Two nodes are one; the target is the smallest key of the group.",
        tuple((label, label) for label in (*_NAMES, Label.PROBLEM, Label.PAPER)),
        dict(_DECIDED),
        hashed=True,
    ),
    EdgeType.KEPT_APART: EdgeSpec(
        "Somebody decided that two nodes are not one.",
        tuple((label, label) for label in (*_NAMES, Label.PROBLEM, Label.PAPER)),
        dict(_DECIDED),
        hashed=True,
    ),
    EdgeType.KEPT_TOGETHER: EdgeSpec(
        "Somebody decided that two nodes are one.",
        tuple((label, label) for label in (*_NAMES, Label.PROBLEM, Label.PAPER)),
        dict(_DECIDED),
        hashed=True,
    ),
    EdgeType.VARIANT_OF: EdgeSpec(
        "A name that adds a size, a version, a setting or a part to another one. Read off the two names.",
        tuple((label, label) for label in (*_NAMES, Label.PROBLEM)),
        {"added": _text("what it adds"), **_RUN},
        hashed=True,
    ),
    EdgeType.COMPOSED_OF: EdgeSpec(
        "A method of the pattern.",
        ((Label.PATTERN, Label.METHOD),),
        {"role": _text("core or component"), "papers": _count("")},
    ),
    EdgeType.SOLVES: EdgeSpec(
        "A problem it was used against.", ((Label.PATTERN, Label.PROBLEM),), {"papers": _count("")}
    ),
    EdgeType.APPLIES_TO: EdgeSpec("A task it was used in.", ((Label.PATTERN, Label.TASK),), {"papers": _count("")}),
    EdgeType.EXEMPLIFIED_BY: EdgeSpec("A paper that shows it.", ((Label.PATTERN, Label.PAPER),), {"role": _text("")}),
    EdgeType.SUPPORTED_BY: EdgeSpec("Evidence for it.", ((Label.PATTERN, Label.CLAIM),)),
    EdgeType.CONTRADICTED_BY: EdgeSpec("Evidence against it.", ((Label.PATTERN, Label.CLAIM),)),
    EdgeType.OBJECTED_BY: EdgeSpec("A reviewer's objection to it.", ((Label.PATTERN, Label.REVIEW_POINT),)),
    EdgeType.USUALLY_ON: EdgeSpec("A usual dataset.", ((Label.PATTERN, Label.DATASET),), {"papers": _count("")}),
    EdgeType.USUALLY_MEASURED_BY: EdgeSpec("A usual metric.", ((Label.PATTERN, Label.METRIC),), {"papers": _count("")}),
    EdgeType.USUALLY_AGAINST: EdgeSpec("A usual baseline.", ((Label.PATTERN, Label.METHOD),), {"papers": _count("")}),
    EdgeType.DRAWS_ON: EdgeSpec("A pattern behind the plan.", ((Label.PLAN, Label.PATTERN),), {"role": _text("")}),
    EdgeType.TESTS: EdgeSpec("A method it tries.", ((Label.PLAN, Label.METHOD),), {"arm": _text("")}),
    EdgeType.FOLLOWS: EdgeSpec("The plan it came from.", ((Label.PLAN, Label.PLAN),)),
    EdgeType.DECIDES: EdgeSpec("Which plan was decided on.", ((Label.DECISION, Label.PLAN),)),
    EdgeType.PART_OF: EdgeSpec("A plan that needs the trial.", ((Label.TRIAL, Label.PLAN),), {"arm": _text("")}),
    EdgeType.RUNS: EdgeSpec("A method in the trial's recipe.", ((Label.TRIAL, Label.METHOD),)),
    EdgeType.MEASURED_IN: EdgeSpec("The trial it was measured in.", ((Label.MEASUREMENT, Label.TRIAL),)),
    EdgeType.CONCLUDES: EdgeSpec("The plan it concludes.", ((Label.FINDING, Label.PLAN),)),
    EdgeType.COMPUTED_FROM: EdgeSpec("A trial behind it.", ((Label.FINDING, Label.TRIAL),)),
    EdgeType.SUPPORTS: EdgeSpec(
        "The finding agrees.",
        ((Label.FINDING, Label.PATTERN), (Label.FINDING, Label.CLAIM), (Label.FINDING, Label.METHOD)),
    ),
    EdgeType.CONTRADICTS: EdgeSpec(
        "The finding disagrees; or two papers claim opposite things, which compile derives, from the smaller key.",
        (
            (Label.FINDING, Label.PATTERN),
            (Label.FINDING, Label.CLAIM),
            (Label.FINDING, Label.METHOD),
            (Label.CLAIM, Label.CLAIM),
        ),
        {"score": _number("between claims: how sure the less sure of the two is")},
    ),
    EdgeType.BELIEVED_OF: EdgeSpec("The method it is about.", ((Label.BELIEF, Label.METHOD),)),
    EdgeType.INFORMED_BY: EdgeSpec("What it rests on.", ((Label.BELIEF, Label.FINDING), (Label.BELIEF, Label.CLAIM))),
}
