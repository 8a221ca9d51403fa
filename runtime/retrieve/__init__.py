"""Retrieve: an intent becomes ranked patterns with evidence for and against."""
