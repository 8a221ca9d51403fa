"""The HTTP API. `create_app(settings)` is what ``patternbook serve`` runs."""

from service.api.app import create_app

__all__ = ["create_app"]
