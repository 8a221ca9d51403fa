"""Text to unit vectors: one seam, two makers of equal vectors."""
