"""The process of one run, as ``-m`` with a data folder and the name of an export: ends with 0 where it was recorded.

A run stands in a process of its own, so that look-ups and ingest keep their time, and its memory goes with it.
"""

import sys
import time
from pathlib import Path

from prellbock.exporting.running import run
from prellbock.kinds import SettingError
from prellbock.scheduled import BusyError
from prellbock.store.errors import StoreError
from prellbock.store.sqlite import SqliteStore


def main() -> None:
    """Runs it."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    try:
        with SqliteStore(folder) as store, SqliteStore(folder, read_only=True) as reading:
            run(store, reading, folder, name, time.time)
    except (BusyError, SettingError):
        # It runs elsewhere, or has just been removed: nothing is to be done.
        return
    except StoreError as error:
        print(f"export {name}: {error}", file=sys.stderr, flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
