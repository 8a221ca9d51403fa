"""What can go wrong when a sandbox is asked for."""

from __future__ import annotations


class SandboxUnavailable(Exception):
    """The rung that a setting forces cannot be set up on this host. The message says why and what to do."""
