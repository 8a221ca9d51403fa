"""Compile: the graph becomes patterns and a snapshot. A deterministic function of the graph."""
