"""The configuration: one schema, read from file and environment, refused with a hint, shown without secrets."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from prellbock.api.configuration.model import Configuration, keys
from prellbock.api.configuration.read import ConfigurationError, found, read
from prellbock.api.configuration.shown import example, held, reference
from prellbock.cli import cli

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "configuration.md"


def written(folder: Path, text: str) -> Path:
    file = folder / "prellbock.toml"
    file.write_text(text)
    file.chmod(0o600)
    return file


def mistakes(folder: Path, text: str, **environment: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        read(written(folder, text), environment)
    return "\n".join(refused.value.mistakes)


def test_the_page_of_the_reference_is_what_the_schema_says() -> None:
    assert DOCS.read_text() == reference(), "run `prellbock config reference > docs/reference/configuration.md`"


def test_every_key_is_described_and_its_default_holds() -> None:
    assert all(key.description for key in keys())
    assert len({key.variable for key in keys()}) == len(keys()) > 30
    assert read(None, {}).configuration == Configuration()


def test_the_command_line_beats_the_environment_beats_the_file_beats_the_defaults(tmp_path: Path) -> None:
    file = written(tmp_path, '[serve]\nport = 1111\nhost = "127.0.0.2"\n[log]\nlevel = "error"\n')
    environment = {"PRELLBOCK_SERVE_PORT": "2222", "PRELLBOCK_SERVE_HOST": "127.0.0.3"}
    found = read(file, environment, {"serve.port": 3333})
    chosen = found.configuration
    assert (chosen.serve.port, chosen.serve.host, chosen.log.level) == (3333, "127.0.0.3", "error")
    assert chosen.log.format == "console"
    assert found.places == {
        "serve.port": "the command line",
        "serve.host": "environment PRELLBOCK_SERVE_HOST",
        "log.level": str(file),
    }


def test_all_mistakes_are_named_with_place_and_hint(tmp_path: Path) -> None:
    said = mistakes(
        tmp_path,
        '[serve]\nport = 70000\n[lgo]\nlevel = "info"\n[log]\nfromat = "json"\nlevel = "loud"\n',
        PRELLBOCK_LIMITS_INGESTS="many",
        PRELLBOCK_LOG_LEVLE="info",
    )
    file = tmp_path / "prellbock.toml"
    for what in (
        f"{file}: serve.port: expected `int` <= 65535",
        f"{file}: there is no section 'lgo'; did you mean log?",
        f"{file}: there is no key log.fromat; did you mean format?",
        f"{file}: log.level: invalid enum value 'loud'",
        "environment PRELLBOCK_LIMITS_INGESTS: limits.ingests: expected `int`",
        "environment PRELLBOCK_LOG_LEVLE: there is no such key; did you mean PRELLBOCK_LOG_LEVEL?",
    ):
        assert what in said
    assert len(said.splitlines()) == 6


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("port = ", "is no TOML"),
        ("log = 3", "log is a section"),
        ('[serve]\nport = "8025"', "serve.port: expected `int`"),
        ('[serve]\npublic_url = "bounces.example.com"', "serve.public_url"),
        ('[oidc]\nclient_id = "x"', "oidc.issuer is missing"),
        ('[oidc]\nissuer = "https://id.example.com"\ndefault_role = "viewer"', "oidc.client_id is missing"),
        ('[oidc]\nissuer = "https://id.example.com"\nclient_id = "x"', "nobody could sign in"),
        ('[oidc]\nissuer = "http://id.example.com"\nclient_id = "x"\ndefault_role = "viewer"', "https://"),
        ('[oidc]\nissuer = "https://a.example"\nclient_id = "x"\nroles = { staff = "root" }', "oidc.roles"),
        ('[oidc]\nclient_secret = "a"\nclient_secret_file = "b"', "exclude each other"),
        ('[oidc]\nclient_secret_file = "/nothing/here"', "cannot be read"),
        ('[traces]\nendpoint = "http://far.example/v1/traces"\nheaders = { key = "x" }', "unencrypted"),
    ],
)
def test_what_cannot_be(tmp_path: Path, text: str, what: str) -> None:
    assert what in mistakes(tmp_path, text)


def test_a_file_with_a_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[oidc]\nissuer = "https://a.example"\nclient_id = "x"\nclient_secret = "hush"\ndefault_role="viewer"\n',
    )
    assert read(file, {}).configuration.oidc.client_secret == "hush"
    file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600") as refused:
        read(file, {})
    assert "hush" not in str(refused.value)


def test_lists_tables_and_secrets_of_the_environment(tmp_path: Path) -> None:
    secret = tmp_path / "mounted"
    secret.write_text("from a file\n")
    read_ = read(
        None,
        {
            "PRELLBOCK_OIDC_ISSUER": "https://id.example.com/realms/a",
            "PRELLBOCK_OIDC_CLIENT_ID": "prellbock",
            "PRELLBOCK_OIDC_CLIENT_SECRET_FILE": str(secret),
            "PRELLBOCK_OIDC_SCOPES": "openid, groups",
            "PRELLBOCK_OIDC_ROLES": "cn=staff=editor, boss=admin",
            "PRELLBOCK_OIDC_CREATE_USERS": "false",
            "PRELLBOCK_TRACES_HEADERS": '{"x-key": "hush"}',
        },
    )
    oidc = read_.configuration.oidc
    assert oidc.client_secret == "from a file"
    assert (oidc.scopes, oidc.create_users) == (["openid", "groups"], False)
    assert oidc.roles == {"cn=staff": "editor", "boss": "admin"}
    shown = json.dumps([*held(read_)])
    assert "hush" not in shown
    assert "from a file" not in shown
    assert shown.count("********") == 2


def test_which_file_counts(tmp_path: Path) -> None:
    assert found(tmp_path, None, {}) is None
    file = written(tmp_path, "")
    assert found(tmp_path, None, {}) == file
    assert found(tmp_path, None, {"PRELLBOCK_CONFIG": "other.toml"}) == Path("other.toml")
    assert found(tmp_path, "named.toml", {"PRELLBOCK_CONFIG": "other.toml"}) == Path("named.toml")


def test_the_example_is_right_as_it_is_and_with_every_default_taken(tmp_path: Path) -> None:
    assert read(written(tmp_path, example()), {}).configuration == Configuration()
    absent = {key.name for key in keys() if key.default is None}
    text = "\n".join(
        line.removeprefix("# ") if line.partition(" = ")[0].removeprefix("# ") not in absent and " = " in line else line
        for line in example().splitlines()
    )
    assert read(written(tmp_path, text), {}).configuration == Configuration()


def test_the_commands(tmp_path: Path) -> None:
    written(tmp_path, "[log]\nlevel = 'debug'\n")
    data = ["--data", str(tmp_path)]
    run = CliRunner().invoke
    assert run(cli, [*data, "config", "check"], standalone_mode=False).return_value == 0
    shown = [json.loads(line) for line in run(cli, [*data, "config", "show"]).stdout.splitlines()]
    (level,) = [line for line in shown if line["key"] == "log.level"]
    assert level == {"key": "log.level", "value": "debug", "from": str(tmp_path / "prellbock.toml")}
    (tmp_path / "prellbock.toml").write_text("[log]\nlevle = 'debug'\n")
    wrong = run(cli, [*data, "config", "check"], standalone_mode=False)
    assert wrong.return_value == 1
    assert "did you mean level?" in wrong.stderr
    assert run(cli, [*data, "config", "show"]).exit_code == 1
    assert run(cli, ["config", "example"]).stdout == example()
    assert run(cli, ["config", "reference"]).stdout == reference()
