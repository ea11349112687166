"""No pattern crawls: each runs over hostile texts in a process whose processor time has a limit."""

import subprocess
import sys
from pathlib import Path

from pattern_limits import patterns


def test_the_patterns_are_found() -> None:
    names = {name for name, _ in patterns()}
    assert any("dialects.servers" in name for name in names)
    assert any(name.endswith("replies._START") for name in names)
    assert len(names) > 150


def test_every_pattern_is_linear() -> None:
    script = Path(__file__).with_name("pattern_limits.py")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, check=False, encoding="utf-8")
    last = ran.stdout.strip().rpartition("\n")[2]
    assert ran.returncode == 0, f"{last} takes too long\n{ran.stderr[-2000:]}"
    assert int(last) > 100
