"""The vocabulary, the store of record, the compiled snapshot, and tracing. Imports nothing else of ours."""
