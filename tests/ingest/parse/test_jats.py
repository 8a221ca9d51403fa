"""JATS XML: text by tags dropped, parts as offsets, with namespaces, wrappers and entities as publishers have them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from lxml import etree

from graph.vocabulary.document import Document, Format, SectionRole
from ingest.parse import Damaged, NoText, UnknownShape, parse_file

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving DTD v1.2//EN" "JATS-archivearticle1.dtd">
"""
ARTICLE = """<article xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML">
<front><journal-meta><journal-title-group><journal-title>Journal of Examples</journal-title></journal-title-group>
</journal-meta><article-meta>
<article-id pub-id-type="pmc">PMC12345</article-id><article-id pub-id-type="doi">10.1234/JEX.7</article-id>
<title-group><article-title>When Does <italic>Noise</italic> Help?<xref ref-type="fn" rid="fn1">*</xref></article-title>
</title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Example</surname><given-names>Ada B</given-names></name>
</contrib><contrib contrib-type="author"><collab>The Noise Group</collab></contrib>
<contrib contrib-type="editor"><name><surname>Editor</surname><given-names>E</given-names></name></contrib>
</contrib-group>
<pub-date pub-type="collection"><year>2022</year></pub-date><pub-date pub-type="epub"><day>3</day><year>2021</year>
</pub-date>
<abstract abstract-type="graphical"><p>A picture.</p></abstract>
<abstract><title>Abstract</title><sec><title>Background</title><p>Noise is cheap.</p></sec><sec><title>Results</title>
<p>It helps. A little.</p></sec></abstract>
<kwd-group><kwd>noise</kwd><kwd>decay</kwd></kwd-group></article-meta></front>
<body><sec id="s1"><label>1.</label><title>Introduction</title>
<p>Noise&nbsp;helps [<xref ref-type="bibr" rid="B1">1</xref>&#x2013;<xref ref-type="bibr" rid="B3">3</xref>] and
<xref ref-type="bibr" rid="B2">Writer (2019)</xref> says so; see <xref ref-type="table" rid="T1">Table 1</xref>. We add
it: <disp-formula id="E1"><label>(1)</label><mml:math><mml:mi>y</mml:mi><mml:mo>=</mml:mo><mml:mi>x</mml:mi></mml:math>
</disp-formula> where x is small.</p>
<list><list-item><p>First thing.</p></list-item><list-item><p>Second thing.</p></list-item></list>
<fig id="F1"><label>Figure 1</label><caption><title>Accuracy over noise.</title><p>Ten seeds.</p></caption></fig></sec>
<sec><title>2 Methods</title><p>All of it.<fn id="f2"><p>Code is online.</p></fn> Twice.</p>
<sec><title>Data</title><p>We use digits.</p>
<table-wrap id="T1"><label>Table 1.</label><caption><p>Numbers.</p></caption>
<table><thead><tr><th rowspan="2">Model</th><th colspan="2">Accuracy</th></tr><tr><th>A</th><th>B</th></tr></thead>
<tbody><tr><td>Ours</td><td><bold>91.2</bold></td><td>90.1</td></tr><tr><td>Base</td><td>88.0</td><td/></tr></tbody>
</table><table-wrap-foot><fn><p>Mean of ten.</p></fn></table-wrap-foot></table-wrap></sec></sec></body>
<back><ack><title>Acknowledgements</title><p>We thank all.</p></ack>
<app-group><app><title>Proofs</title><p>It follows.</p></app></app-group>
<ref-list><title>References</title>
<ref id="B1"><label>1.</label><element-citation><person-group person-group-type="author"><name><surname>Writer</surname>
<given-names>A</given-names></name><name><surname>Reader</surname><given-names>B</given-names></name></person-group>
<article-title>A work on noise</article-title><source>J. Ex.</source><year>2018</year>
<pub-id pub-id-type="doi">10.5555/N.1</pub-id></element-citation></ref>
<ref id="B2"><label>2.</label><mixed-citation><string-name><surname>Writer</surname>, A.</string-name>
(<year>2019</year>). <source>A Book of Decay</source>. Press.</mixed-citation></ref>
<ref id="B3"><label>3.</label><mixed-citation>C. Third and D. Fourth. Plain words about noise. In Examples, 2020.
</mixed-citation></ref></ref-list></back></article>"""


def parse(body: str, *, head: str = HEAD) -> Document:
    (document,) = parse_file((head + body).encode(), name="a.xml")
    return document


@pytest.fixture
def document() -> Document:
    """The sample above, parsed."""
    return parse(ARTICLE)


def quotes(document: Document, role: SectionRole) -> Sequence[str]:
    return [document.quote(s) for s in document.sections if s.role is role]


def test_text_is_the_text_content_with_names_resolved(document: Document) -> None:
    """Tags dropped, ``&nbsp;`` and numbers resolved without a DTD, nothing else removed."""
    plain = ARTICLE.replace("&nbsp;", "\u00a0")
    assert "".join(etree.fromstring(plain.encode()).itertext()) == document.text
    assert (Format.JATS, "jats/1") == (document.format, document.parser)


def test_bibliography(document: Document) -> None:
    """Authors only, the title without its footnote mark, the year of first publication, no graphical abstract."""
    found = document.bibliography
    assert ("When Does Noise Help?", ("Ada B Example", "The Noise Group")) == (found.title, found.authors)
    assert ("10.1234/jex.7", 2021, "Journal of Examples") == (found.doi, found.year, found.venue)
    assert "Background Noise is cheap. Results It helps. A little." == found.abstract
    assert ("noise", "decay") == found.keywords


def test_sections_carry_number_level_and_role(document: Document) -> None:
    """A number comes from the label, else from the title; depth is the level; an appendix is one."""
    headed = [(s.role, s.number, s.level, s.heading) for s in document.sections if s.heading]
    assert (SectionRole.BODY, "1", 1, "Introduction") in headed
    assert (SectionRole.BODY, "2", 1, "Methods") in headed
    assert (SectionRole.BODY, None, 2, "Data") in headed
    assert (SectionRole.APPENDIX, None, 1, "Proofs") in headed
    assert (SectionRole.BODY, None, 1, "Acknowledgements") in headed


def test_sentences_are_cut_at_what_is_no_prose(document: Document) -> None:
    """Formula, footnote, list item and caption title each end one; all lie in the section they name."""
    found = [document.quote(s) for s in document.sentences]
    for expected in (
        "First thing.",
        "Second thing.",
        "All of it.",
        "Twice.",
        "It helps.",
        "Ten seeds.",
        "Mean of ten.",
    ):
        assert expected in found
    assert "where x is small." in found
    for sentence in document.sentences:
        section = document.sections[sentence.section]
        assert section.char_start <= sentence.char_start < sentence.char_end <= section.char_end


def test_floats_and_notes_stand_apart(document: Document) -> None:
    """Captions and notes have sections of their own, and cells are no prose."""
    assert ["Accuracy over noise.Ten seeds.", "Numbers."] == quotes(document, SectionRole.CAPTION)
    assert ["Code is online.", "Mean of ten."] == quotes(document, SectionRole.FOOTNOTE)
    assert "91.2" not in [document.quote(s) for s in document.sentences]


def test_formulas(document: Document) -> None:
    """The range is the formula's without its label, which is its number."""
    assert [("y=x", "(1)")] == [(document.quote(f), f.number) for f in document.formulas]


def test_table_cells(document: Document) -> None:
    """Spans put the cells on a grid; heads are heads, row names too; bold is kept; an empty cell is one."""
    (table,) = document.tables
    assert ("Table 1", "Numbers.") == (table.label, document.quote(document.sections[table.caption or 0]))
    cells = {(c.row, c.column): (document.quote(c), c.header, c.bold) for c in table.cells}
    assert {
        (0, 0): ("Model", True, False),
        (0, 1): ("Accuracy", True, False),
        (1, 1): ("A", True, False),
        (1, 2): ("B", True, False),
        (2, 0): ("Ours", True, False),
        (2, 1): ("91.2", False, True),
        (2, 2): ("90.1", False, False),
        (3, 0): ("Base", True, False),
        (3, 1): ("88.0", False, False),
        (3, 2): ("", False, False),
    } == cells


def test_references(document: Document) -> None:
    """By elements, and by words where there are none."""
    one, two, three = document.references
    assert ("1", ("Writer", "Reader"), "A work on noise", 2018, "J. Ex.", "10.5555/n.1") == (
        one.label,
        one.authors,
        one.title,
        one.year,
        one.venue,
        one.doi,
    )
    assert (("Writer",), "A Book of Decay", 2019) == (two.authors, two.title, two.year)
    assert (("Third", "Fourth"), "Plain words about noise", 2020) == (three.authors, three.title, three.year)


def test_citations_name_their_entries(document: Document) -> None:
    """``1–3`` is one citation of three; a table is not cited."""
    assert [("1–3", (0, 1, 2)), ("Writer (2019)", (1,))] == [
        (document.quote(c), c.references) for c in document.citations
    ]


@pytest.mark.parametrize(
    "wrapped",
    [
        "<pmc-articleset>{}</pmc-articleset>",
        '<record xmlns="http://www.openarchives.org/OAI/2.0/"><metadata>{}</metadata></record>',
    ],
)
def test_a_wrapped_article_is_found(wrapped: str) -> None:
    """Services deliver articles inside a record, which may have a namespace of its own."""
    document = parse(wrapped.format(ARTICLE.replace("&nbsp;", " ")), head="")
    assert ("When Does Noise Help?", 3, 1) == (
        document.bibliography.title,
        len(document.references),
        len(document.tables),
    )


def test_cals_tables_name_their_columns() -> None:
    """OASIS tables span by names of columns and by rows more."""
    table = """<article><body><p>Text.</p><table-wrap xmlns:o="urn:o"><label>Table 2</label><o:table><o:tgroup cols="3">
<o:colspec colname="a"/><o:colspec colname="b"/><o:colspec colname="c"/>
<o:thead><o:row><o:entry morerows="1">Model</o:entry><o:entry namest="b" nameend="c">Score</o:entry></o:row>
<o:row><o:entry>X</o:entry><o:entry>Y</o:entry></o:row></o:thead>
<o:tbody><o:row><o:entry>Ours</o:entry><o:entry>1</o:entry><o:entry>2</o:entry></o:row></o:tbody>
</o:tgroup></o:table></table-wrap></body></article>"""
    document = parse(table)
    (found,) = document.tables
    assert [(0, 0, "Model"), (0, 1, "Score"), (1, 1, "X"), (1, 2, "Y"), (2, 0, "Ours"), (2, 1, "1"), (2, 2, "2")] == [
        (c.row, c.column, document.quote(c)) for c in found.cells
    ]


def test_a_body_without_sections() -> None:
    """Letters and editorials have paragraphs only."""
    document = parse("<article><body><p>One thing.</p><p>Another one.</p></body></article>")
    assert ["One thing.", "Another one."] == [document.quote(s) for s in document.sentences]
    assert ["One thing.Another one."] == quotes(document, SectionRole.BODY)


def test_front_matter_alone_is_told() -> None:
    """Some publishers give no full text: the paper is there, with a warning."""
    front = ARTICLE[: ARTICLE.index("<body>")] + "</article>"
    document = parse(front)
    assert "When Does Noise Help?" == document.bibliography.title
    assert any("no body text" in warning for warning in document.warnings)


def test_an_article_with_nothing_is_no_text() -> None:
    """Neither title, abstract nor body."""
    with pytest.raises(NoText):
        parse("<article><front><article-meta/></front></article>")


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a.nxml"])
def test_jats_is_known_by_its_content(name: str) -> None:
    """Whatever the suffix says."""
    (document,) = parse_file((HEAD + ARTICLE).encode(), name=name)
    assert Format.JATS is document.format


def test_another_article_is_not_jats() -> None:
    """DocBook's root has the same name."""
    with pytest.raises(UnknownShape):
        parse("<article><title>A</title><para>B</para></article>", head="")


def test_entities_of_its_own_are_refused() -> None:
    """Even one with a public name: what the file says it stands for is not believed."""
    evil = '<!DOCTYPE article [<!ENTITY nbsp SYSTEM "file:///etc/hostname">]>\n'
    with pytest.raises(Damaged, match="nbsp"):
        parse(ARTICLE, head=evil)


def test_a_bomb_of_entities_is_refused() -> None:
    """Nothing is expanded."""
    bomb = '<!DOCTYPE article [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    with pytest.raises(Damaged):
        parse(ARTICLE.replace("All of it", "&b;"), head=bomb)


def test_a_tree_beyond_measure_is_refused() -> None:
    """Depth is bounded, so that no reader of the tree runs out of stack."""
    with pytest.raises(Damaged):
        parse("<article><body>" + "<sec>" * 2000 + "<p>x</p>" + "</sec>" * 2000 + "</body></article>")
