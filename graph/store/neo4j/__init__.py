"""The store of record on a Neo4j server."""

from graph.store.neo4j.store import Neo4jStore

__all__ = ["Neo4jStore"]
