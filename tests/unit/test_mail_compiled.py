"""The compiled mail reader says what its sources say, byte by byte, on the samples and on broken copies of them."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from prellbock.sources.mail import IS_COMPILED, read_mail

SAMPLES = Path(__file__).parents[1] / "data" / "mails"


def mails() -> Iterator[bytes]:
    """Each sample, and copies of it with lines lost, moved, indented and overwritten; the same in every process."""
    chance = random.Random(3)
    for path in sorted(SAMPLES.rglob("*.eml")):
        raw = path.read_bytes()
        yield raw
        for _ in range(6):
            lines = raw.split(b"\n")
            place = chance.randrange(len(lines))
            yield b"\n".join(lines[:place])
            yield b"\n".join([*lines[:place], b" " + lines[place], *lines[place + 1 :]])
            yield b"\n".join(lines[:place] + lines[place + 1 :])
            chance.shuffle(lines)
            yield b"\n".join(lines)
            broken = bytearray(raw)
            for _ in range(10):
                broken[chance.randrange(len(raw))] = chance.choice(b" \n\t:;<>@-=.\"'a5\x00\xe4\xff\x1b\r,")
            yield bytes(broken)


def told() -> list[str]:
    return [msgspec.json.encode(read_mail(raw)).decode() for raw in mails()]


@pytest.mark.skipif(not IS_COMPILED, reason="the mail reader is not compiled here")
def test_the_sources_say_the_same() -> None:
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import test_mail_compiled as t; print(json.dumps(t.told()))"
    )
    command = [sys.executable, "-c", script, str(Path(__file__).parent)]
    ran = subprocess.run(command, env=os.environ | {"PRELLBOCK_PURE": "1"}, capture_output=True, check=True)
    expected = json.loads(ran.stdout)
    assert len(expected) > 1000
    for number, (here, there) in enumerate(zip(told(), expected, strict=True)):
        assert here == there, f"mail {number}"


def test_the_sources_can_be_taken_instead() -> None:
    script = "from prellbock.sources import mail; print(mail.IS_COMPILED, mail.reading.__file__)"
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, env=os.environ | {"PRELLBOCK_PURE": "1"}, capture_output=True, check=True, text=True)
    assert ran.stdout.startswith("False ") and ran.stdout.strip().endswith("reading.py")
