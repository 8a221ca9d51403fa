"""Training of the components that ship: `python -m ingest.extract.train --data DIR`.

Needs torch. Nothing at run time imports this package.
"""
