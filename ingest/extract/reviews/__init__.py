"""Reviews as arguments: what each is about, how it stands to the paper, how much it weighs, what became of it."""

from ingest.extract.reviews.extract import extract_reviews

__all__ = ["extract_reviews"]
