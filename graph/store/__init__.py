"""The store of record, SQLite or Neo4j behind one interface."""
