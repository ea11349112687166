"""Reading mails: what does this mail report, about which recipients?

The modules of this folder are compiled by mypyc where a C compiler stood when Prellbock was built (``hatch_build.py``),
which halves the time that a mail takes. ``PRELLBOCK_PURE=1`` reads mails with the sources all the same.
"""

import os
import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader

if os.environ.get("PRELLBOCK_PURE"):
    for _folder in (__path__[0], f"{__path__[0]}{os.sep}dialects"):
        sys.path_importer_cache[_folder] = FileFinder(_folder, (SourceFileLoader, SOURCE_SUFFIXES))

from prellbock.sources.mail import reading
from prellbock.sources.mail.ownership import Owner
from prellbock.sources.mail.reading import read_mail

__all__ = ["IS_COMPILED", "Owner", "read_mail"]

IS_COMPILED = not str(reading.__file__).endswith(".py")
"""Are mails read by compiled modules?"""
