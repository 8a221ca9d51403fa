"""The doors: command line, HTTP API, settings."""
