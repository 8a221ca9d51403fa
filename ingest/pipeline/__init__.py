"""The pipeline: files through read, parse, extract and write, resumable at every point."""

from ingest.pipeline.errors import IngestError, IngestInterrupted, WorkersUnusable
from ingest.pipeline.progress import Progress, Silent
from ingest.pipeline.report import IngestReport
from ingest.pipeline.run import Pipeline, ingest
from ingest.pipeline.stages import Stages
from ingest.pipeline.task import Versions

__all__ = [
    "IngestError",
    "IngestInterrupted",
    "IngestReport",
    "Pipeline",
    "Progress",
    "Silent",
    "Stages",
    "Versions",
    "WorkersUnusable",
    "ingest",
]
