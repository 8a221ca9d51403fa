"""Training of the reader of reviews: needs torch, and nothing of it is imported when reviews are read."""

from ingest.extract.reviews.training.train import train_reviews

__all__ = ["train_reviews"]
