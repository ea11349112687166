"""The steps of the schema are numbered without gap or double: of two with one number an older store would miss one."""

from importlib import resources


def test_numbers_follow_each_other() -> None:
    folder = resources.files("prellbock.store.sqlite") / "migrations"
    numbers = sorted(int(file.name.partition("_")[0]) for file in folder.iterdir() if file.name.endswith(".sql"))
    assert numbers == [*range(1, len(numbers) + 1)]
