"""Training the component `triples` from annotated articles. Nothing at ingest time imports this."""

from ingest.extract.contributions.training.component import train_triples

__all__ = ["train_triples"]
