"""``python -m service.cli``: the same as ``patternbook``."""

from service.cli.main import main

main()
