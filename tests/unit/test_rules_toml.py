from pathlib import Path

import pytest

from prellbock.rules.model import RuleError
from prellbock.rules.toml import read_default, read_folder, read_texts

SMALL = Path(__file__).parents[1] / "data" / "rules"

GOOD = """
[[rule]]
name = "a"
category = "mailbox_full"
match = ["over quota"]
provider = "google"
code = ["552", "5.2.x"]
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(RuleError) as caught:
        read_texts([("x.toml", text)])
    return [str(problem) for problem in caught.value.problems]


def test_a_rule_with_single_texts_instead_of_lists() -> None:
    (rule,) = read_texts([("x.toml", GOOD)]).rules
    assert rule.provider == ("google",)
    assert rule.code == ("552", "5.2.x")
    assert rule.scope == 2


def test_rules_know_where_they_stand() -> None:
    ruleset = read_texts([("x.toml", GOOD), ("y.toml", GOOD.replace('"a"', '"b"'))])
    assert [str(place) for place in ruleset.places] == ["x.toml:2", "y.toml:2"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('category = "mailbox_full"', 'category = "mailbox_ful"', 4, ["category", "did you mean mailbox_full"]),
        ('provider = "google"', 'provder = "google"', 6, ["provder", "did you mean provider"]),
        ('provider = "google"', 'provider = "Google"', 6, ["provider", "lower case"]),
        ('code = ["552", "5.2.x"]', 'code = ["552",\n "5.2"]', 8, ["code", "'5.2'"]),
        ('code = ["552", "5.2.x"]', "priority = 101", 7, ["priority", "-100 to 100"]),
        ('code = ["552", "5.2.x"]', "priority = true", 7, ["priority"]),
        ('code = ["552", "5.2.x"]', 'stage = "rctp"', 7, ["stage", "rcpt"]),
        ('code = ["552", "5.2.x"]', 'reporter = "me"', 7, ["reporter", "own, remote"]),
        ('code = ["552", "5.2.x"]', "source = 5", 7, ["source", "text in quotes"]),
        ('code = ["552", "5.2.x"]', 'examples = [{ txt = "a" }]', 7, ["examples", "txt"]),
        ('code = ["552", "5.2.x"]', 'examples = [{ text = "a", smtp_code = 5 }]', 7, ["smtp_code"]),
        ('match = ["over quota"]', "match = []", 5, ["match", "at least one"]),
        ('match = ["over quota"]', 'match = [""]', 5, ["match", "everything"]),
        ('match = ["over quota"]', 'match = ["a ok",\n  "Over quota"]', 6, ["match", "upper case"]),
        ('match = ["over quota"]', "match = 5", 5, ["match", "list of texts"]),
        ('name = "a"', 'name = "A B"', 3, ["name", "lower-case"]),
        ('name = "a"\n', "", 2, ["name", "is missing"]),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_do(old: str, new: str, line: int, words: list[str]) -> None:
    assert old in GOOD
    (problem,) = problems_of(GOOD.replace(old, new))
    assert problem.startswith(f"x.toml:{line}: ")
    for word in words:
        assert word in problem


def test_all_mistakes_are_told_at_once() -> None:
    text = GOOD.replace("mailbox_full", "full") + GOOD.replace("over quota", "(?=x)")
    found = problems_of(text)
    assert len(found) == 2
    assert "x.toml:4" in found[0] and "look-around" in found[1]


def test_two_rules_of_one_name() -> None:
    (problem,) = problems_of(GOOD + GOOD)
    assert "x.toml:9" in problem and "x.toml:2" in problem


def test_broken_toml_is_named_with_its_line() -> None:
    (problem,) = problems_of(GOOD + "\nname = = 5\n")
    assert problem.startswith("x.toml:9: ")


def test_other_tables_are_refused() -> None:
    (problem,) = problems_of("[other]\na = 1\n" + GOOD)
    assert problem.startswith("x.toml:1: other:")


def test_the_version_changes_with_the_content_only() -> None:
    one = read_texts([("x.toml", GOOD)])
    assert one.version == read_texts([("elsewhere.toml", "\n\n# comment" + GOOD)]).version
    assert one.version != read_texts([("x.toml", GOOD.replace("quota", "quote"))]).version


def test_the_shipped_folder_can_be_read_even_when_empty(tmp_path: Path) -> None:
    read_default()
    assert read_folder(tmp_path, missing_ok=True).rules == ()
    assert read_folder(tmp_path / "none", missing_ok=True).rules == ()
    with pytest.raises(RuleError, match="no such folder"):
        read_folder(tmp_path / "none")


def test_a_folder_without_a_rule_is_a_mistake(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(RuleError, match=r"no \[\[rule\]\]") as caught:
            read_folder(tmp_path)
        assert str(caught.value).startswith(f"{tmp_path}: ")
        (tmp_path / "empty.toml").write_bytes(b"")


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_bytes(GOOD.encode() + b"\n# \xe4\n")
    with pytest.raises(RuleError, match=rf"r\.toml:{GOOD.count(chr(10)) + 2}: octet 0xe4 .* save the file as UTF-8"):
        read_folder(tmp_path)


def test_the_rules_of_the_tests_are_good() -> None:
    assert len(read_folder(SMALL).rules) == 7
