"""What a document states: mentions, acronyms, problems, claims, results, review points. Rules, no language model.

`extract(document)` is a pure function of the document and the word lists that ship with the package.
"""

from ingest.extract.extractor import EXTRACTOR, extract

__all__ = ["EXTRACTOR", "extract"]
