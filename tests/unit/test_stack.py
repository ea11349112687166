"""What infra/template.yaml promises: least privilege, encryption, alarms, retention.

The linters run in `make infra-check`.
"""

import importlib
from typing import Any

import pytest
from stack import resources, template

from prellbock.functions.aws import handing_back
from prellbock.functions.aws.schedule import TASKS
from prellbock.functions.aws.settings import Settings

Json = dict[str, Any]
FUNCTIONS = ("Ingest", "Api", "Publish", "Schedule")


def _statements(role: str) -> list[Json]:
    policies = resources("AWS::IAM::Role")[role]["Properties"]["Policies"]
    found = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in found]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def test_every_function_has_a_role_of_its_own() -> None:
    roles = {
        name: each["Properties"]["Role"]["Fn::GetAtt"][0] for name, each in resources("AWS::Lambda::Function").items()
    }
    assert roles == {name: f"{name}Role" for name in FUNCTIONS}


@pytest.mark.parametrize("role", [*(f"{name}Role" for name in FUNCTIONS), "SchedulerRole"])
def test_no_role_may_do_everything_or_reach_everything(role: str) -> None:
    for statement in _statements(role):
        actions = _listed(statement["Action"])
        assert not [action for action in actions if "*" in str(action)]
        # The only action that AWS does not let anybody narrow.
        if actions != ["dynamodb:ListStreams"]:
            assert "*" not in _listed(statement["Resource"])


def test_only_housekeeping_may_delete_objects_and_only_the_queue_readers_delete_messages() -> None:
    allowed = {
        name: {action for statement in _statements(f"{name}Role") for action in _listed(statement["Action"])}
        for name in FUNCTIONS
    }
    assert [name for name in FUNCTIONS if "s3:DeleteObject" in allowed[name]] == ["Api", "Schedule"]
    assert [name for name in FUNCTIONS if "sqs:DeleteMessage" in allowed[name]] == ["Ingest"]
    assert [name for name in FUNCTIONS if "events:PutEvents" in allowed[name]] == ["Publish"]
    assert "dynamodb:PutItem" not in allowed["Publish"]


def test_what_is_stored_is_encrypted_and_the_bucket_is_not_public() -> None:
    for queue in resources("AWS::SQS::Queue").values():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True
    (bucket,) = resources("AWS::S3::Bucket").values()
    assert bucket["Properties"]["BucketEncryption"]
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    (policy,) = resources("AWS::S3::BucketPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": False}})
    assert resources("AWS::SNS::Topic")["Topic"]["Properties"]["KmsMasterKeyId"]


def test_what_is_remembered_outlives_the_stack() -> None:
    kept = {name for name, each in resources().items() if each.get("DeletionPolicy", "").startswith("Retain")}
    assert kept == {"Bucket", "Table", "Secret"}
    assert all(resources()[name]["UpdateReplacePolicy"] == "Retain" for name in kept)
    table = resources()["Table"]["Properties"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_every_log_is_kept_for_a_while_and_no_longer() -> None:
    groups = resources("AWS::Logs::LogGroup")
    assert set(groups) == {f"{name}Logs" for name in FUNCTIONS}
    assert all(each["Properties"]["RetentionInDays"] == {"Ref": "LogDays"} for each in groups.values())
    for name, function in resources("AWS::Lambda::Function").items():
        assert function["Properties"]["LoggingConfig"]["LogGroup"] == {"Ref": f"{name}Logs"}


def test_alarms_stand_over_dead_letters_age_errors_and_cost() -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    over = {
        (each["Properties"]["MetricName"], str(each["Properties"]["Dimensions"][0]["Value"]))
        for each in alarms.values()
    }
    wanted = {
        ("ApproximateNumberOfMessagesVisible", str({"Fn::GetAtt": ["DeadLetters", "QueueName"]})),
        ("ApproximateAgeOfOldestMessage", str({"Fn::GetAtt": ["Queue", "QueueName"]})),
        *(("Errors", str({"Ref": name})) for name in FUNCTIONS),
    }
    assert wanted <= over
    assert all(each["Properties"]["AlarmActions"] == [{"Ref": "Alarms"}] for each in alarms.values())
    (budget,) = resources("AWS::Budgets::Budget").values()
    assert budget["Properties"]["Budget"]["BudgetLimit"]["Amount"] == {"Ref": "MonthlyBudget"}


def test_nothing_that_fails_is_lost() -> None:
    assert resources()["Queue"]["Properties"]["RedrivePolicy"]["deadLetterTargetArn"] == {
        "Fn::GetAtt": ["DeadLetters", "Arn"]
    }
    for mapping in resources("AWS::Lambda::EventSourceMapping").values():
        assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    for schedule in resources("AWS::Scheduler::Schedule").values():
        assert schedule["Properties"]["Target"]["DeadLetterConfig"]


def test_the_handlers_and_tasks_exist() -> None:
    for function in resources("AWS::Lambda::Function").values():
        module, _, name = function["Properties"]["Handler"].rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))
    asked = {each["Properties"]["Target"]["Input"] for each in resources("AWS::Scheduler::Schedule").values()}
    assert asked == {f'{{"task": "{task}"}}' for task in TASKS}


def test_functions_are_told_what_their_settings_know() -> None:
    for function in resources("AWS::Lambda::Function").values():
        said = {name for name in function["Properties"]["Environment"]["Variables"] if name.startswith("PRELLBOCK_")}
        assert said <= {f"PRELLBOCK_{name.upper()}" for name in Settings.__struct_fields__}


def test_a_message_stays_hidden_for_longer_than_the_function_may_hold_it() -> None:
    window = template()["Parameters"]["BatchWindow"]["MaxValue"]
    limit = resources()["Ingest"]["Properties"]["Timeout"]
    assert resources()["Queue"]["Properties"]["VisibilityTimeout"] >= 6 * limit
    assert resources()["Queue"]["Properties"]["VisibilityTimeout"] > limit + window


def test_what_is_handed_back_is_tried_three_times_before_the_alarm_on_age_rings() -> None:
    wait = template()["Parameters"]["BatchWindow"]["Default"]
    tries = len(handing_back.SOON)
    took = wait + sum(handing_back.SOON) + tries * (resources()["Ingest"]["Properties"]["Timeout"] + wait)
    assert took <= resources()["OldestMessageAlarm"]["Properties"]["Threshold"]


def test_an_outage_of_an_hour_makes_no_dead_letters_and_poison_is_there_before_the_alarm_on_age() -> None:
    queue = resources()["Queue"]["Properties"]
    tries, wait = queue["RedrivePolicy"]["maxReceiveCount"], template()["Parameters"]["BatchWindow"]["Default"]
    assert (tries - len(handing_back.SOON)) * queue["VisibilityTimeout"] >= 3600
    assert tries * (handing_back.SOON[0] + wait) <= resources()["OldestMessageAlarm"]["Properties"]["Threshold"]


def test_ingest_is_told_the_queue_that_calls_it() -> None:
    said = resources()["Ingest"]["Properties"]["Environment"]["Variables"]
    (mapping,) = (
        each["Properties"]
        for each in resources("AWS::Lambda::EventSourceMapping").values()
        if each["Properties"]["FunctionName"] == {"Ref": "Ingest"}
    )
    assert said["PRELLBOCK_ENVELOPE_QUEUE_URL"] == {"Ref": "Queue"}
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["Queue", "Arn"]}
