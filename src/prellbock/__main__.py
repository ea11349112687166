"""``python -m prellbock`` is the command ``prellbock``."""

from prellbock.cli import main

main()
