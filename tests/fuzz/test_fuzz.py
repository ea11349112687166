"""Ten minutes of fuzzing, with the samples as seeds and the words of the dialects as dictionary."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from prellbock.sources.mail.dialects.order import DIALECTS

SECONDS = int(os.environ.get("PRELLBOCK_FUZZ_SECONDS", "600"))
SAMPLES = Path(__file__).parents[1] / "data" / "mails"
WORDS = (SAMPLES.parent / "fuzz" / "words.txt").read_text(encoding="ascii").splitlines()


@pytest.mark.long
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed")
def test_nothing_is_found(tmp_path: Path) -> None:
    words = [*WORDS, *(sign for dialect in DIALECTS for sign in dialect.signs if sign.isascii())]
    dictionary = tmp_path / "words.dict"
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    dictionary.write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")
    found = tmp_path / "corpus"
    found.mkdir()
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number, path in enumerate(sorted(SAMPLES.rglob("*.eml"))):
        (seeds / f"{number}.eml").write_bytes(path.read_bytes())
    options = [f"-max_total_time={SECONDS}", "-max_len=20000", "-timeout=10", "-rss_limit_mb=1024"]
    command = [sys.executable, str(Path(__file__).with_name("target.py")), *options]
    command += [f"-dict={dictionary}", f"-artifact_prefix={tmp_path}/", str(found), str(seeds)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    assert ran.returncode == 0, f"{ran.stderr[-4000:]}\nthe input stands in {tmp_path}"
