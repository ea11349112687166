"""Nothing outside `functions.aws` and `store.dynamodb` knows AWS, but what speaks to a service of AWS by its name.

The contract of import-linter in pyproject.toml names modules; this holds for those, too, that are written tomorrow.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from stack import ROOT

HOUSE = ROOT / "src" / "prellbock"
AWS = ("boto3", "botocore", "aws_lambda_powertools", "awslambdaric")
OURS = ("prellbock.functions.aws", "prellbock.store.dynamodb")
KNOW_AWS = {"functions/aws", "store/dynamodb"}
SPEAK_TO_AWS = {
    "doors/aws.py",  # queues and buckets that are read
    "exporting/places/s3.py",  # a bucket that files are written to
    "sinks/brokers/aws.py",  # a queue, topic or bus that is told
    "syncing/ses.py",  # the suppression list of Amazon SES
}
COUNT_IT = {"cost/bill.py", "cost/measure.py", "cost/traffic.py"}
"""`prellbock cost` runs the functions."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def who_imports(*packages: str) -> set[str]:
    found = set()
    for path in HOUSE.rglob("*.py"):
        name = str(path.relative_to(HOUSE))
        if not any(name.startswith(f"{each}/") for each in KNOW_AWS) and any(
            module == package or module.startswith(f"{package}.") for module in imports(path) for package in packages
        ):
            found.add(name)
    return found


def test_aws_is_known_to_its_functions_its_store_and_who_speaks_to_it() -> None:
    assert who_imports(*AWS) == SPEAK_TO_AWS


def test_nothing_but_what_counts_their_cost_uses_the_functions_and_their_store() -> None:
    assert who_imports(*OURS) == COUNT_IT
