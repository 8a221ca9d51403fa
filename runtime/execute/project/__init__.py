"""Trials of project tasks: a folder of their own, a child that runs the task's commands, a judge outside."""

from __future__ import annotations
