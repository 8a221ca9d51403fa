"""Text to unit vectors: one seam, two makers of equal vectors.

`graph.embed.offline` runs a sentence-transformers model for batches, `graph.embed.onnx` the same model, exported by
`graph.embed.export`, for a question; `graph.embed.hashing` needs no model. Importing this package imports none of them.
"""

from graph.embed.interface import Embedder, Vectors, unit_rows

__all__ = ["Embedder", "Vectors", "unit_rows"]
