"""The nouns of the product as frozen models: Document, Extraction, Plan, Outcome."""
