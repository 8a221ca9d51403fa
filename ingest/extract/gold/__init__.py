"""Annotated papers that components are trained and measured on: readers of the published formats.

`read_gold(path)` reads every file of the four formats under a folder, whatever the folders and files are called, and
says for each document which paper it is and to which split that paper belongs. Nothing at ingest time imports this.
"""

from ingest.extract.gold.errors import UnreadableGold
from ingest.extract.gold.identity import Paper, Split, paper_of, split_of
from ingest.extract.gold.ncg import NcgArticle, NcgPhrase, read_ncg
from ingest.extract.gold.nlp_tdms import (
    KnowledgeBase,
    LeaderboardTuple,
    NlpTdmsPaper,
    NumberCell,
    ResultTable,
    read_knowledge_base,
    read_nlp_tdms,
)
from ingest.extract.gold.reader import Gold, read_gold
from ingest.extract.gold.scirex import NaryRelation, SciRexDocument, SciRexMention, read_scirex
from ingest.extract.gold.tdmsci import TdmSciMention, TdmSciSentence, read_tdmsci

__all__ = [
    "Gold",
    "KnowledgeBase",
    "LeaderboardTuple",
    "NaryRelation",
    "NcgArticle",
    "NcgPhrase",
    "NlpTdmsPaper",
    "NumberCell",
    "Paper",
    "ResultTable",
    "SciRexDocument",
    "SciRexMention",
    "Split",
    "TdmSciMention",
    "TdmSciSentence",
    "UnreadableGold",
    "paper_of",
    "read_gold",
    "read_knowledge_base",
    "read_ncg",
    "read_nlp_tdms",
    "read_scirex",
    "read_tdmsci",
    "split_of",
]
