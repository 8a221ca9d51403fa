"""What can go wrong when annotated papers are read.

UnreadableGold      a file has the name of a format and not its shape
"""


class UnreadableGold(Exception):
    """A file of annotations cannot be read; the message names the file, the line and what was expected."""
