"""Training the component `leaderboard` from annotated papers. Nothing at ingest time imports this."""

from ingest.extract.leaderboard.training.component import train_leaderboard

__all__ = ["train_leaderboard"]
