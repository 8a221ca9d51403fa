"""The compiled read model: immutable files that answer online queries."""
