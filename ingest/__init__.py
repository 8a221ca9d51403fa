"""Offline: sources become documents, documents extractions, extractions the graph, the graph a snapshot."""
