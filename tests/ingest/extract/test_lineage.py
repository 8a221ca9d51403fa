"""Lineage: what a cited work supplies."""

from __future__ import annotations

import pytest

from graph.vocabulary.document import Citation, Document, Reference
from graph.vocabulary.extraction import CitationRole, NameType, StatedCitation
from ingest.extract import extract

METHOD, DATASET, BASELINE, CODE = CitationRole.METHOD, CitationRole.DATASET, CitationRole.BASELINE, CitationRole.CODE


def cited(make_document, text: str, *, heading: str = "Experiments") -> Document:
    """Return a document in which every ``[n]`` names entry n - 1 of ten."""
    import re

    plain = make_document(sections=[(heading, text)])
    citations = [
        Citation(
            char_start=match.start(),
            char_end=match.end(),
            references=tuple(int(number) - 1 for number in re.findall(r"\d+", match.group())),
        )
        for match in re.finditer(r"\[[\d, ]+\]|Doe et al\. \(2020\)", plain.text)
        if "2020" not in match.group()
    ]
    citations += [
        Citation(char_start=match.start(), char_end=match.end(), references=(0,))
        for match in re.finditer(r"Doe et al\.,? \(?2020\)?", plain.text)
    ]
    references = [Reference(char_start=0, char_end=1, title=f"The work of number {n}", year=2020) for n in range(1, 11)]
    ordered = tuple(sorted(citations, key=lambda each: each.char_start))
    return plain.model_copy(update={"references": tuple(references), "citations": ordered})


def lineage_of(make_document, text: str, **options: str) -> tuple[StatedCitation, ...]:
    return extract(cited(make_document, text, **options)).citations


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("We use label smoothing [1] in all runs.", METHOD),
        ("We train the network with AdamW [1].", METHOD),
        ("Following [1], we draw the seeds at random.", METHOD),
        ("Following Doe et al. (2020), we draw the seeds at random.", METHOD),
        ("The weights are initialised as in [1].", METHOD),
        ("Our method builds on dropout [1].", METHOD),
        ("We evaluate on the CIFAR-10 dataset [1].", DATASET),
        ("We evaluate on CIFAR-10 (Doe et al., 2020).", DATASET),
        ("Experiments are conducted on the FooBank dataset [1].", DATASET),
        ("We compare with mixup [1].", BASELINE),
        ("We compare our method against the approach of [1].", BASELINE),
        ("Our model outperforms dropout [1] on all tasks.", BASELINE),
        ("As baselines we take dropout [1].", BASELINE),
        ("We also train a recurrent network [1] as a baseline.", BASELINE),
        ("We use the code of [1].", CODE),
        ("All networks were implemented using PyTorch [1].", CODE),
        ("We rely on the official implementation of [1].", CODE),
    ],
)
def test_roles(make_document, text: str, role: CitationRole):
    """The words before a citation say what the work supplies."""
    assert [each.role for each in lineage_of(make_document, text)] == [role]


@pytest.mark.parametrize(
    "text",
    [
        "Networks are overconfident [1].",
        "Prior work uses dropout [1].",
        "FooNet [1] employs dropout [2].",
        "Our loss differs from that of [1].",
        "Several methods have been proposed [1, 2, 3, 4, 5].",
    ],
)
def test_background_is_left_out(make_document, text: str):
    """A work that is merely cited supplies nothing."""
    assert lineage_of(make_document, text) == ()


def test_related_work_counts_only_where_the_paper_speaks_of_itself(make_document):
    """In related work, "X uses Y" is about others and "we use Y" about the paper."""
    assert lineage_of(make_document, "This loss is trained with AdamW [1].", heading="Related work") == ()
    (one,) = lineage_of(make_document, "We use AdamW [1].", heading="Related work")
    assert one.role is METHOD


def test_items_of_a_list_share_the_role(make_document):
    """Each item of a list of baselines is a baseline."""
    found = lineage_of(make_document, "We compare with mixup [1], dropout [2] and focal loss [3].")
    assert [(each.reference, each.role) for each in found] == [(0, BASELINE), (1, BASELINE), (2, BASELINE)]


def test_a_list_behind_a_colon(make_document):
    """What a colon introduces belongs to the words before it."""
    found = lineage_of(make_document, "We compare against the following baselines: mixup [1] and dropout [2].")
    assert [each.role for each in found] == [BASELINE, BASELINE]


def test_datasets_in_one_sentence_with_a_method(make_document):
    """A dataset and an optimiser of one sentence have their own roles."""
    found = lineage_of(make_document, "We train on CIFAR-10 [1] using AdamW [2].")
    assert [(each.reference, each.role) for each in found] == [(0, DATASET), (1, METHOD)]


def test_the_name_before_a_citation_is_what_it_is_cited_for(make_document):
    """A name of the document right before the citation is credited to the work."""
    (one,) = lineage_of(make_document, "We train the network with AdamW [3].")
    assert (one.name, one.type, one.reference) == ("AdamW", NameType.METHOD, 2)


def test_each_work_of_a_citation_is_an_item(make_document):
    """Two works in one citation are two items with the same span, and no name is credited to both."""
    one, two = lineage_of(make_document, "We use label smoothing [1, 2].")
    assert (one.reference, two.reference) == (0, 1)
    assert one.span == two.span
    assert one.name is None


def test_the_span_is_the_citation_as_printed(make_document):
    """The span is verbatim, also where emphasis marks shift the normalised text."""
    document = cited(make_document, "We use **label smoothing** [1] here.")
    (one,) = extract(document).citations
    assert one.span.quote == "[1]"
    assert document.text[one.span.char_start : one.span.char_end] == "[1]"


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("We sample questions from the FooText [1] corpus.", [DATASET]),
        ("We train on the FooText [1] and BarText [2] datasets.", [DATASET, DATASET]),
        ("Our method outperforms all others on FooBench [1].", [DATASET]),
        ("We compare with FooNet (trained with care) [1], mixup [2] and dropout [3].", [BASELINE, BASELINE, BASELINE]),
    ],
)
def test_words_behind_a_citation_and_in_brackets(make_document, text: str, roles: list[CitationRole]):
    """What a name is may stand behind it; what stands in brackets does not break a list."""
    assert [each.role for each in lineage_of(make_document, text)] == roles
