"""GROBID TEI: text by tags dropped, parts as offsets, boxes from coords."""

from __future__ import annotations

import pytest
from lxml import etree

from graph.vocabulary.document import Document, Format, SectionRole
from ingest.parse import Damaged, NoText, parse_file

TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xml:space="preserve" xmlns="http://www.tei-c.org/ns/1.0">
 <teiHeader xml:lang="en"><!-- a comment is no text -->
  <fileDesc>
   <titleStmt><title level="a" type="main">When Does Noise &amp; Decay Help?</title></titleStmt>
   <publicationStmt><date type="published" when="2021-03-01">1 March 2021</date></publicationStmt>
   <sourceDesc><biblStruct>
     <analytic>
      <author><persName><forename type="first">Ada</forename><forename type="middle">B</forename>
       <surname>Example</surname></persName></author>
      <author><persName><forename>Cy</forename><surname>Other</surname></persName>
       <affiliation>Nowhere</affiliation></author>
     </analytic>
     <monogr><title level="j">Journal of Examples</title></monogr>
     <idno type="DOI">10.1234/ABC.5</idno><idno type="arXiv">arXiv:2101.01234v2[cs.LG]</idno>
   </biblStruct></sourceDesc>
  </fileDesc>
  <profileDesc><textClass><keywords><term>noise</term><term>decay</term></keywords></textClass>
   <abstract><div><p>We measure noise. It helps a little.</p></div></abstract></profileDesc>
 </teiHeader>
 <text xml:lang="en">
  <body>
   <div><head n="1">Introduction</head>
     <p>Noise is <ref type="bibr" coords="1,2,3,4,5">[1]</ref> cheap. We add it.</p></div>
   <div><head n="2.1">Data</head>
     <p><s coords="3,10.0,20.0,30.0,8.0;4,11.0,21.0,31.0,9.0">We use digits.</s> <s>It is small.</s></p></div>
   <div><head>Discussion</head><p coords="5,1,2,3,4">It helps.</p>
     <figure><head>Figure 1</head><figDesc>Accuracy over noise. Ten seeds.</figDesc></figure>
     <figure type="table"><head>Table 1</head><figDesc>Numbers.</figDesc>
       <table><row><cell>91.2</cell></row></table></figure>
     <note place="foot">Code is online.</note></div>
  </body>
  <back>
   <div type="acknowledgement"><div><head>Acknowledgements</head><p>We thank all.</p></div></div>
   <div type="annex"><div><head n="A">Proofs</head><p>It follows.</p></div></div>
   <div type="references"><listBibl>
    <biblStruct xml:id="b0"><analytic><title level="a">A work on noise</title>
      <author><persName><surname>Writer</surname></persName></author></analytic>
      <monogr><title level="j">J. Ex.</title><imprint><date when="2019-05">2019</date></imprint></monogr></biblStruct>
    <biblStruct xml:id="b1">
      <monogr><title level="m">A book</title><imprint><date>1999</date></imprint></monogr></biblStruct>
   </listBibl></div>
  </back>
 </text>
</TEI>
"""


@pytest.fixture
def document() -> Document:
    """The sample above, parsed."""
    (found,) = parse_file(TEI.encode(), name="paper.tei.xml")
    return found


def quotes(document: Document, role: SectionRole) -> list[str]:
    return [document.quote(s) for s in document.sections if s.role is role]


def test_text_is_the_text_content(document: Document) -> None:
    """Tags are dropped, references resolved, comments left out, and nothing else is removed."""
    root = etree.fromstring(TEI.encode(), etree.XMLParser(remove_comments=True))
    assert "".join(root.itertext()) == document.text
    assert Format.TEI is document.format


def test_bibliography(document: Document) -> None:
    """Title, authors, ids, year, venue, abstract and keywords come from the header."""
    found = document.bibliography
    assert "When Does Noise & Decay Help?" == found.title
    assert ("Ada B Example", "Cy Other") == found.authors
    assert ("10.1234/abc.5", "2101.01234", 2021) == (found.doi, found.arxiv, found.year)
    assert "We measure noise. It helps a little." == found.abstract
    assert ("Journal of Examples", ("noise", "decay")) == (found.venue, found.keywords)


def test_sections_carry_number_level_and_role(document: Document) -> None:
    """The head's number is the section's; its depth is the level; the annex is an appendix."""
    headed = [(s.role, s.number, s.level, s.heading) for s in document.sections if s.heading]
    assert (SectionRole.BODY, "1", 1, "Introduction") in headed
    assert (SectionRole.BODY, "2.1", 2, "Data") in headed
    assert (SectionRole.BODY, None, 1, "Discussion") in headed
    assert (SectionRole.APPENDIX, "A", 1, "Proofs") in headed
    assert ["Noise is [1] cheap. We add it."] == [document.quote(s) for s in document.sections if s.number == "1"]


def test_captions_tables_and_notes_stand_apart(document: Document) -> None:
    """A figure's description is a caption, a table's cells are no prose, a note is a footnote."""
    assert ["Accuracy over noise. Ten seeds.", "Numbers."] == quotes(document, SectionRole.CAPTION)
    assert ["91.2"] == quotes(document, SectionRole.TABLE)
    assert ["Code is online."] == quotes(document, SectionRole.FOOTNOTE)
    assert "91.2" not in [document.quote(s) for s in document.sentences]


def test_sentences_name_their_section(document: Document) -> None:
    """Each sentence is a slice of the text inside the section it names."""
    for sentence in document.sentences:
        section = document.sections[sentence.section]
        assert section.char_start <= sentence.char_start < sentence.char_end <= section.char_end
    assert "Noise is [1] cheap." in [document.quote(s) for s in document.sentences]


def test_coords_become_boxes(document: Document) -> None:
    """``page,x,y,w,h`` of a sentence, else of its paragraph, become corners; a citation's alone do not."""
    by_quote = {document.quote(s): s for s in document.sentences}
    assert [(3, 10, 20, 40, 28), (4, 11, 21, 42, 30)] == [
        (b.page, b.x0, b.y0, b.x1, b.y1) for b in by_quote["We use digits."].boxes
    ]
    assert [(5, 1, 2, 4, 6)] == [(b.page, b.x0, b.y0, b.x1, b.y1) for b in by_quote["It helps."].boxes]
    assert () == by_quote["Noise is [1] cheap."].boxes


def test_references(document: Document) -> None:
    """Each entry has its range, the work's title and its year."""
    assert [("A work on noise", 2019), ("A book", 1999)] == [(r.title, r.year) for r in document.references]
    assert all("work" in document.quote(r) or "book" in document.quote(r) for r in document.references)


def test_entities_of_its_own_are_refused() -> None:
    """A file that declares entities is not expanded, whatever they stand for."""
    evil = TEI.replace("<TEI ", '<!DOCTYPE TEI [<!ENTITY a "aaaa">]>\n<TEI ', 1).replace("Noise is ", "Noise &a; is ")
    with pytest.raises(Damaged):
        parse_file(evil.encode(), name="a.xml")


def test_external_files_are_never_loaded() -> None:
    """An external entity leaves no trace of the file it names."""
    evil = TEI.replace("<TEI ", '<!DOCTYPE TEI [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n<TEI ', 1)
    with pytest.raises(Damaged):
        parse_file(evil.replace("Noise is ", "Noise &a; is ").encode(), name="a.xml")


def test_tei_without_anything_is_no_text() -> None:
    """What GROBID writes for a PDF it could not read is an error with a reason."""
    empty = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body/></text></TEI>'
    with pytest.raises(NoText):
        parse_file(empty.encode(), name="a.xml")


CITING = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body>
<div><head n="1">Introduction</head><p>Noise is old <ref type="bibr" target="#b1">(Reader, 1999)</ref> and cheap
<ref type="bibr" target="#b0 #b1">[1, 2]</ref>. So say Writer and Reader (2019), see <ref type="figure">Fig. 1</ref> and
<ref type="bibr">(Nobody, 1900)</ref>. We set
<formula xml:id="f0" coords="2,10,20,30,8">y = x <label>(1)</label></formula>
where x is small.</p><formula>z = y</formula>
<figure type="table" xml:id="t0" coords="3,50,60,70,80"><head>Table 2 :</head><label>2</label>
<figDesc>Main numbers.</figDesc><table>
<row><cell>Model</cell><cell cols="2">Accuracy</cell></row>
<row><cell>Ours</cell><cell>91.2</cell><cell>90.1</cell></row>
</table></figure>
<figure type="table"><head>Table 3: Words only, as older versions give them.</head><figDesc/><table>Ours 91.2</table>
</figure></div></body><back><div type="references"><listBibl>
<biblStruct xml:id="b0"><analytic><title>A work on noise</title>
<author><persName><forename>Ada</forename><surname>Writer</surname></persName></author>
<author><persName><surname>Reader</surname></persName></author><idno type="DOI">10.5555/N.1</idno></analytic>
<monogr><title level="j">J. Ex.</title><imprint><date when="2019"/></imprint></monogr>
<idno type="arXiv">arXiv:1901.01234</idno></biblStruct>
<biblStruct xml:id="b1"><monogr><title level="m">A book</title>
<author><persName><surname>Reader</surname></persName></author>
<imprint><publisher>Press</publisher><date>1999</date></imprint></monogr></biblStruct>
</listBibl></div></back></text></TEI>"""


@pytest.fixture
def citing() -> Document:
    """A file with targets, tables and formulas, parsed."""
    (found,) = parse_file(CITING.encode(), name="a.tei.xml")
    return found


def test_targets_beat_words_and_words_fill_in(citing: Document) -> None:
    """GROBID's targets as they are, a citation it did not mark by its words, a mark without an entry unresolved."""
    assert [
        ("(Reader, 1999)", (1,)),
        ("[1, 2]", (0, 1)),
        ("Writer and Reader (2019)", (0,)),
        ("(Nobody, 1900)", ()),
    ] == [(citing.quote(c), c.references) for c in citing.citations]


def test_entries_give_what_grobid_took_apart(citing: Document) -> None:
    """Family names, venue and ids; the title of a book is its own."""
    one, two = citing.references
    assert (("Writer", "Reader"), "A work on noise", 2019, "J. Ex.", "10.5555/n.1", "1901.01234") == (
        one.authors,
        one.title,
        one.year,
        one.venue,
        one.doi,
        one.arxiv,
    )
    assert (("Reader",), "A book", 1999, "Press") == (two.authors, two.title, two.year, two.venue)


def test_formulas_are_no_prose(citing: Document) -> None:
    """Inside a paragraph one cuts it; the label is its number."""
    assert [("y = x", "(1)", 2), ("z = y", None, None)] == [
        (citing.quote(f), f.number, f.boxes[0].page if f.boxes else None) for f in citing.formulas
    ]
    found = [citing.quote(s) for s in citing.sentences]
    assert "where x is small." in found
    assert not any("y = x" in sentence for sentence in found)


def test_tables_are_cells_where_grobid_gives_them(citing: Document) -> None:
    """With label, caption, spans and place; a table of older versions is there without cells."""
    first, second = citing.tables
    assert ("Table 2", "Main numbers.", 3) == (
        first.label,
        citing.quote(citing.sections[first.caption or 0]),
        first.boxes[0].page,
    )
    assert [
        (0, 0, 1, "Model", True),
        (0, 1, 2, "Accuracy", True),
        (1, 0, 1, "Ours", True),
        (1, 1, 1, "91.2", False),
        (1, 2, 1, "90.1", False),
    ] == [(c.row, c.column, c.column_span, citing.quote(c), c.header) for c in first.cells]
    assert ("Table 3", "Ours 91.2", ()) == (second.label, citing.quote(second), second.cells)
    assert "Words only" in citing.quote(citing.sections[second.caption or 0])
