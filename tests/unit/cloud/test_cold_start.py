"""What a cold start must not wait for. How long it takes says `scripts/cold-starts`."""

import json
import subprocess
import sys

import pytest

HEAVY = ("aiohttp", "boto3", "botocore", "faker", "httpx", "polyfactory", "pyarrow", "scipy", "sklearn")


@pytest.mark.parametrize("function", ["ingest", "publish", "schedule", "api"])
def test_a_function_imports_nothing_large_that_only_some_calls_need(function: str) -> None:
    said = f"import json, sys, prellbock.functions.aws.{function}; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", said], capture_output=True, check=True).stdout)
    # What the api asks of the internet, it asks with httpx.
    heavy = {*HEAVY} - ({"httpx"} if function == "api" else set())
    assert not heavy & {*loaded}
