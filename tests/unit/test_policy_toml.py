"""Policies are data: every preset can be read, and every mistake is named with rule, field and line."""

import pytest

from prellbock.history.policy import DEFAULT, find, preset, preset_text, presets
from prellbock.history.policy_toml import read_text
from prellbock.rules.model import RuleError
from prellbock.taxonomy import CATEGORIES, FAULT_OF

RULE = """name = "mine"
[[rule]]
name = "dead"
category = ["unknown_recipient"]
permanent = true
steps = [
  { name = "once", then = "paused", pause_days = 7 },
  { name = "twice", days = 2, hours_apart = 24, then = "suppressed" },
]
"""


def wrong(content: str) -> str:
    with pytest.raises(RuleError) as caught:
        read_text("mine.toml", content)
    return str(caught.value)


def test_the_presets_are_there_and_name_their_source() -> None:
    assert presets()[0] == "default"
    assert {"csa-3", "three-in-14-days", "mailman", "adobe-campaign", "salesforce", "mailchimp", "cloudflare",
            "discourse", "suppress-at-first"} < {*presets()}  # fmt: skip
    for name in presets():
        policy = preset(name)
        assert policy.name == name
        assert policy.source and policy.description
        assert policy.critical_streams == DEFAULT.critical_streams


def test_no_two_presets_are_the_same() -> None:
    assert len({preset(name).version for name in presets()}) == len(presets())


def test_a_file_is_found_like_a_preset(tmp_path: object) -> None:
    file = f"{tmp_path}/mine.toml"
    with open(file, "w", encoding="utf-8") as out:  # noqa: PTH123
        out.write(RULE)
    policy, content = find(file)
    assert (policy.name, content) == ("mine", RULE)
    assert find("mailman") == (preset("mailman"), preset_text("mailman"))
    with pytest.raises(RuleError, match="no preset of this name; there are default, "):
        find("nothing")


@pytest.mark.parametrize("category", [c for c, fault in FAULT_OF.items() if fault not in ("recipient", "domain")])
@pytest.mark.parametrize("then", ['"suppressed"', '"paused", pause_days = 1', '"watched"'])
def test_what_is_not_the_recipient_s_fault_never_counts_against_it(category: str, then: str) -> None:
    content = f"""name = "mine"
[[rule]]
name = "harsh"
category = [
  "unknown_recipient",
  "{category}",
]
steps = [{{ name = "s", then = {then} }}]
"""
    assert wrong(content).startswith(
        f"mine.toml:6: rule 'harsh': category: {category} is the fault of "
        if FAULT_OF[category] != "none"
        else f"mine.toml:6: rule 'harsh': category: {category} is the fault of nobody"
    )


@pytest.mark.parametrize("category", [c for c in CATEGORIES if FAULT_OF[c] != "transport"])
def test_a_domain_is_judged_by_failures_in_transport_alone(category: str) -> None:
    content = f"""name = "mine"
[[rule]]
name = "d"
history = "domain"
category = "{category}"
"""
    assert f"mine.toml:5: rule 'd': category: {category} is the fault of" in wrong(content)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ('name = "s", days = 5, over_days = 30, then = "suppressed"', "never suppressed for failures in transport"),
        (
            'name = "s", days = 4, over_days = 30, then = "paused", pause_days = 30',
            "on at least 5 days over",
        ),
        (
            'name = "s", days = 5, over_days = 29, then = "paused", pause_days = 30',
            "on at least 5 days over",
        ),
    ],
)
def test_a_domain_is_only_paused_and_only_after_a_month(step: str, why: str) -> None:
    content = f'name = "m"\n[[rule]]\nname = "d"\nhistory = "domain"\ncategory = "transport"\nsteps = [{{ {step} }}]\n'
    assert wrong(content).startswith("mine.toml:6: rule 'd': steps: step 's': ")
    assert why in wrong(content)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "mine"', "", "mine.toml:1: name: is missing"),
        ('name = "mine"', 'name = "mine"\nprobe_hours = 0', "mine.toml:2: probe_hours: must be a number from 1"),
        ('name = "mine"', 'name = "mine"\ncritical = []', "mine.toml:2: critical: there is no such field; did"),
        ("permanent = true", "permanent = 1", "mine.toml:5: rule 'dead': permanent: must be true or false, not 1"),
        ("permanent = true", "permanant = true", "mine.toml:5: rule 'dead': permanant: there is no such field"),
        ("unknown_recipient", "unknown_recipent", "mine.toml:4: rule 'dead': category: there is no category"),
        ("days = 2", "days = 0", "mine.toml:8: rule 'dead': steps: step 'twice': days: must be a whole number from 1"),
        ("days = 2", "days = 400", "mine.toml:8: rule 'dead': steps: step 'twice': days: must be a whole number from"),
        ("hours_apart = 24", "hours_apart = 36", "hours_apart beyond 24 must be whole days"),
        ("days = 2, ", "day = 2, ", "mine.toml:8: rule 'dead': steps: step 'twice': day: there is no such field"),
        ('"suppressed"', '"deleted"', "mine.toml:8: rule 'dead': steps: step 'twice': then: must be one of watched"),
        (", pause_days = 7", "", "mine.toml:7: rule 'dead': steps: step 'once': pause_days and then"),
        ('"twice"', '"once"', "another step has this name"),
        ("hours_apart = 24", "hours_apart = 24, within_days = 1", "step 'twice': within_days is too short"),
        ("permanent = true", "repeat_last = true", "mine.toml:5: rule 'dead': repeat_last: needs a last step with"),
        ('then = "suppressed"', 'then = "recategorised"', "becomes and then"),
        ('then = "suppressed"', 'then = "recategorised", becomes = "inactive_recipient"',
         "the rule that counts inactive_recipient must stand after this one"),
        ("[[rule]]", "[rule]", "write [[rule]] with two brackets"),
        ("[[rule]]", "[[rule]", "this is not valid TOML"),
        ("permanent = true", 'provider = "gogle"', "mine.toml:5: rule 'dead': provider: there is no provider 'gogle'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_rule_field_and_line(old: str, new: str, message: str) -> None:
    assert message in wrong(RULE.replace(old, new))


def test_the_first_rule_that_fits_counts_a_failure() -> None:
    content = """name = "m"
[[rule]]
name = "google"
category = "unknown_recipient"
provider = "google"
stream = ["newsletter", "critical"]
steps = [{ name = "g", then = "watched" }]
[[rule]]
name = "rest"
category = "recipient"
steps = [{ name = "r", then = "suppressed" }]
"""
    policy = read_text("m.toml", "critical_streams = ['order']\n" + content)
    from prellbock.history.cells import cell_of

    def rule(stream: str | None, provider: str | None) -> int:
        return policy.rule_for(cell_of("unknown_recipient", True, stream, provider))

    assert rule("newsletter", "google") == 0
    assert rule("Order", "google") == 0
    assert rule("blog", "google") == 1
    assert rule(None, "google") == 1
    assert rule("newsletter", "yahoo") == 1
