"""Compiles the mail reader with mypyc while Prellbock is built; without a C compiler it stays pure Python.

What is compiled and what is not reads and answers alike; only the time differs. A wheel with compiled modules is bound
to one Python and one platform. An editable install has them beside their sources: `make install` renews them.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path("prellbock/sources/mail")
INTERPRETED = {
    "__init__.py",
    # Structs of msgspec and protocols, which mypyc cannot make classes of its own.
    "contract.py",
    "ownership.py",
    "ses_json.py",
    # Tables: nothing in them takes time.
    "charsets.py",
    "gateways.py",
    "given_up_wording.py",
    "mobile.py",
    "named_lists.py",
    "qmail.py",
    "servers.py",
    "tokens.py",
    "wording.py",
}
_SETUP = """
import sys
from mypyc.build import mypycify
from setuptools import setup
modules = mypycify(["--ignore-missing-imports", *sys.argv[1:]], opt_level="1", debug_level="0", group_name="prellbock")
setup(name="prellbock", ext_modules=modules, script_args=["build_ext", "--inplace"])
"""


class CompileMailReader(BuildHookInterface[Any]):
    """The hook of hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the compiled modules to what is built; ``version`` is ``standard`` or ``editable``."""
        source = Path(self.root) / "src"
        if version == "editable":
            for old in source.rglob("*.so"):
                old.unlink()
        with tempfile.TemporaryDirectory() as folder:
            for made in _compiled(source, Path(folder)):
                place = made.relative_to(folder)
                if version == "editable":
                    shutil.copy(made, source / place)
                else:
                    kept = Path(self.directory) / ".compiled" / place
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(made, kept)
                    build_data["force_include"][str(kept)] = str(place)
                    build_data["pure_python"] = False
                    build_data["infer_tag"] = True


def _compiled(source: Path, folder: Path) -> list[Path]:
    """The compiled modules, made in a folder of their own; none where they cannot be made."""
    shutil.copytree(source / "prellbock", folder / "prellbock", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    modules = sorted(path for path in (folder / PACKAGE).rglob("*.py") if path.name not in INTERPRETED)
    command = [sys.executable, "-c", _SETUP, *(str(path.relative_to(folder)) for path in modules)]
    made = subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8", errors="replace")
    if made.returncode:
        print(f"the mail reader is not compiled:\n{made.stderr[-2000:]}", file=sys.stderr)
        return []
    return [path for path in folder.rglob("*.so") if "build" not in path.relative_to(folder).parts]
