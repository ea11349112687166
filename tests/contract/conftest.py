"""The properties run against the embedded store; against that of the cloud only at length."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        is_property = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if "[dynamodb" in item.name and (is_property or "every_way_leads" in item.name):
            item.add_marker(pytest.mark.long)
