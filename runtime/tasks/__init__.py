"""Tasks: data, honest splits and the evaluator that belongs to the task and not to the trial."""

from __future__ import annotations

from runtime.tasks.evaluator import evaluator_sha256, score
from runtime.tasks.registry import TASKS, UnknownTask, find_task
from runtime.tasks.task import RawData, Split, Task

__all__ = ["TASKS", "RawData", "Split", "Task", "UnknownTask", "evaluator_sha256", "find_task", "score"]
