"""All annotated papers under a folder, with the papers that the sets share recognised as one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ingest.extract.gold.identity import identify
from ingest.extract.gold.ncg import NcgArticle, read_ncg
from ingest.extract.gold.nlp_tdms import KnowledgeBase, NlpTdmsPaper, read_knowledge_base, read_nlp_tdms
from ingest.extract.gold.scirex import SciRexDocument, read_scirex
from ingest.extract.gold.tdmsci import TdmSciSentence, read_tdmsci


@dataclass(frozen=True)
class Gold:
    """What was found, each set in the order of its paths; a set that is not there is empty."""

    ncg: tuple[NcgArticle, ...]
    scirex: tuple[SciRexDocument, ...]
    tdmsci: tuple[TdmSciSentence, ...]
    nlp_tdms: tuple[NlpTdmsPaper, ...]
    knowledge_base: KnowledgeBase


def read_gold(path: Path) -> Gold:
    """Read NCG, SciREX, TDMSci and NLP-TDMS under *path* and unite what they know of each paper.

    Raises:
        UnreadableGold: a file has the name of a format and not its shape.
    """
    ncg, scirex, nlp_tdms = read_ncg(path), read_scirex(path), read_nlp_tdms(path)
    papers = identify([*(a.names for a in ncg), *(d.names for d in scirex), *(p.names for p in nlp_tdms)])
    by_document = iter(papers)
    return Gold(
        ncg=tuple(replace(article, paper=next(by_document)) for article in ncg),
        scirex=tuple(replace(document, paper=next(by_document)) for document in scirex),
        tdmsci=read_tdmsci(path),
        nlp_tdms=tuple(replace(paper, paper=next(by_document)) for paper in nlp_tdms),
        knowledge_base=read_knowledge_base(path),
    )
