"""The writers: the only code that ingest and runtime use to change the graph."""
