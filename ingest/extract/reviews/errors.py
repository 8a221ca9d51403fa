"""What can go wrong with the reader of reviews."""

from __future__ import annotations


class NoReviewLabels(ValueError):
    """There is nothing to train the reader of reviews on; the message says what is missing."""
