"""Training of the components that ship: `python -m ingest.extract.train --data DIR`. Needs torch; nothing at run time
imports this package.
"""
