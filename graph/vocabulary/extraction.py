"""An Extraction: what one document states, each item with the sentence it was read from.

A pure function of (document, settings, files shipped with the package): nothing here knows another paper. Items point
at sentences and character ranges of the document; `graph.write.paper` turns the ranges into Evidence and refuses what
is not there.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from graph.vocabulary.document import Frozen, Offset


class Direction(StrEnum):
    """What an intervention does to an outcome, as claimed. *Improves* means better, whatever the metric's sign."""

    IMPROVES = "improves"
    DEGRADES = "degrades"
    NO_DIFFERENCE = "no_difference"


class Stance(StrEnum):
    """How a piece of evidence stands to the fact it is attached to."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    MENTIONS = "mentions"


class NameType(StrEnum):
    """The four kinds of named thing. The value is the label of the node."""

    METHOD = "Method"
    TASK = "Task"
    DATASET = "Dataset"
    METRIC = "Metric"


class MethodRole(StrEnum):
    """What a method is to the paper that names it."""

    PROPOSED = "proposed"
    USED = "used"
    BASELINE = "baseline"
    COMPONENT = "component"
    MENTIONED = "mentioned"


class SentenceRole(StrEnum):
    """What a sentence does in its paper."""

    PROBLEM = "problem"
    CONTRIBUTION = "contribution"
    METHOD = "method"
    RESULT = "result"
    LIMITATION = "limitation"
    COMPARISON = "comparison"
    SETUP = "setup"


class ProblemKind(StrEnum):
    """A research problem that is addressed, a limitation that is admitted, a symptom that was observed."""

    PROBLEM = "problem"
    LIMITATION = "limitation"
    SYMPTOM = "symptom"


class CitationRole(StrEnum):
    """What a cited work is to the paper that cites it. `BACKGROUND` is any other reason to cite."""

    METHOD = "method"
    DATASET = "dataset"
    BASELINE = "baseline"
    CODE = "code"
    BACKGROUND = "background"


class ResourceKind(StrEnum):
    """What lies behind a link."""

    CODE = "code"
    DATA = "data"
    MODEL = "model"
    PAGE = "page"


class Aspect(StrEnum):
    """What an argument of a review is about."""

    BASELINES = "baselines"
    ABLATION = "ablation"
    STATISTICS = "statistics"
    NOVELTY = "novelty"
    SOUNDNESS = "soundness"
    REPRODUCIBILITY = "reproducibility"
    SCALABILITY = "scalability"
    GENERALITY = "generality"
    CLARITY = "clarity"
    SIGNIFICANCE = "significance"
    RELATED_WORK = "related_work"
    OTHER = "other"


class Polarity(StrEnum):
    """Whether a reviewer praises, objects, asks, or says what to change."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    QUESTION = "question"
    SUGGESTION = "suggestion"


class Severity(StrEnum):
    """How much an objection weighs, by the reviewer's own words and where it stands. Never guessed: else unclear."""

    MAJOR = "major"
    MINOR = "minor"
    UNCLEAR = "unclear"


class MissingKind(StrEnum):
    """What a reviewer misses in a paper: a closed list."""

    COMPARISON = "comparison"
    ABLATION = "ablation"
    STATISTICS = "statistics"
    DATASETS = "datasets"
    REAL_DATA = "real_data"
    SCALE = "scale"
    COST = "cost"
    METRIC = "metric"
    THEORY = "theory"
    JUSTIFICATION = "justification"
    DETAILS = "details"
    CODE = "code"
    CITATION = "citation"
    LIMITATIONS = "limitations"


class AnswerState(StrEnum):
    """What became of an objection. *Replied*: the authors answered it, and nobody says whether that sufficed."""

    RESOLVED = "resolved"
    REMAINS = "remains"
    REPLIED = "replied"


class DecisionRole(StrEnum):
    """What an argument is to the decision: named among others, or what it rests on by the chair's own words."""

    NAMED = "named"
    DECISIVE = "decisive"


class Span(Frozen):
    """A verbatim range of the document's text; `quote` repeats it so that the range can be checked."""

    char_start: Offset
    char_end: Offset
    quote: str


class Mention(Frozen):
    """A named thing in a sentence. `name` is what is meant: the long form where the document defines an acronym."""

    type: NameType
    name: str
    span: Span
    sentence: int = Field(ge=0, description="index into Document.sentences")
    role: MethodRole | None = Field(default=None, description="for methods")
    salient: bool | None = Field(
        default=None, description="for other kinds: whether the paper's results are about it; None: nobody weighed it"
    )
    confidence: float = Field(ge=0, le=1)


class StatedRole(Frozen):
    """What one sentence does, as its most likely role. Sentences that do none of these things have no StatedRole."""

    sentence: int = Field(ge=0, description="index into Document.sentences")
    role: SentenceRole
    confidence: float = Field(ge=0, le=1)


class Acronym(Frozen):
    """A short form that the document itself defines."""

    short: str
    long: str
    sentence: int = Field(ge=0)


class StatedProblem(Frozen):
    """A problem, limitation or symptom in the document's own words."""

    kind: ProblemKind
    span: Span
    sentence: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class StatedClaim(Frozen):
    """A statement that one method changes an outcome. Names are as in `Mention.name`."""

    intervention: str
    comparator: str | None = None
    outcome: str | None = Field(default=None, description="a metric, else None for performance in general")
    dataset: str | None = None
    task: str | None = None
    direction: Direction
    size: str | None = Field(default=None, description="the effect as printed, e.g. '+1.2 %'")
    sentence: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class StatedResult(Frozen):
    """A value that the document reports for a method, in a sentence or in a table.

    For a value in a table `row` is what grounds it, and `sentence` is the first of the table's caption.
    """

    method: str | None = None
    task: str | None = None
    dataset: str | None = None
    metric: str
    value: float
    printed: str = Field(description="the value as printed, e.g. '91.2%'")
    sentence: int = Field(ge=0)
    row: Span | None = Field(default=None, description="the row of a table that prints the value, verbatim")
    confidence: float = Field(ge=0, le=1)


class StatedCitation(Frozen):
    """A cited work supplies something that is used or compared with here. `span` is the citation as printed."""

    reference: int = Field(ge=0, description="index into Document.references")
    role: CitationRole
    type: NameType | None = Field(default=None, description="of the named thing")
    name: str | None = Field(default=None, description="what the work is cited for, as in `Mention.name`")
    span: Span
    sentence: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class StatedLink(Frozen):
    """A link in the text. `url` is the address as meant: breaks of lines and pages undone."""

    url: str
    kind: ResourceKind
    own: bool = Field(description="whether the paper itself publishes what lies there")
    span: Span
    sentence: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class Missing(Frozen):
    """What an argument misses, and the name of it where the reviewer gives one ("no comparison with X": X)."""

    kind: MissingKind
    name: str | None = Field(default=None, description="verbatim, as in the quote")


class Answer(Frozen):
    """Whether an argument was answered, and the sentence of the thread or the meta-review that says so."""

    state: AnswerState
    sentence: int = Field(ge=0, description="index into Document.sentences")
    confidence: float = Field(ge=0, le=1)


class Weighed(Frozen):
    """That a meta-review takes an argument up, and the sentence in which it does."""

    role: DecisionRole
    sentence: int = Field(ge=0, description="index into Document.sentences")
    confidence: float = Field(ge=0, le=1)


class StatedPoint(Frozen):
    """One argument of a review. `confidence` is of aspect and polarity together."""

    aspect: Aspect
    polarity: Polarity
    span: Span
    sentence: int = Field(ge=0)
    review: int = Field(ge=0, description="index into Document.reviews")
    about: tuple[str, ...] = Field(default=(), description="names of methods, tasks, datasets or metrics it speaks of")
    severity: Severity = Severity.UNCLEAR
    missing: Missing | None = None
    answer: Answer | None = None
    weighed: Weighed | None = None
    confidence: float = Field(ge=0, le=1)


class Refusal(Frozen):
    """An item that was found and not kept, with the reason: shown and counted, never silent."""

    what: str
    reason: str
    sentence: int | None = None


class ComponentRun(Frozen):
    """Which part of a document a component read: *sentences* of *part* ('body', 'appendix', 'reviews', 'tables')."""

    component: str = Field(description="with version: 'encoder/1', 'rules/2'")
    part: str
    sentences: int = Field(ge=0)


class Extraction(Frozen):
    """All that one document states."""

    document: str
    extractor: str = Field(description="with version: 'rules/1'")
    mentions: tuple[Mention, ...] = ()
    roles: tuple[StatedRole, ...] = ()
    acronyms: tuple[Acronym, ...] = ()
    problems: tuple[StatedProblem, ...] = ()
    claims: tuple[StatedClaim, ...] = ()
    results: tuple[StatedResult, ...] = ()
    citations: tuple[StatedCitation, ...] = ()
    links: tuple[StatedLink, ...] = ()
    points: tuple[StatedPoint, ...] = ()
    read_by: tuple[ComponentRun, ...] = ()
    refused: tuple[Refusal, ...] = ()
