"""The command line: one module per command, loaded only when that command runs."""

import importlib
import io
import os
import sys
from typing import Any

import click

from prellbock import __version__

# name: (module:function, one line of help); the line stands here so that --help need not import every command.
_COMMANDS: dict[str, tuple[str, str]] = {
    "parse": ("prellbock.cli.parse:parse", "Read mails and print what they report, one line per recipient."),
    "classify": ("prellbock.cli.classify:classify", "Say the cause and the fault of SMTP responses from stdin."),
    "return-path": ("prellbock.cli.return_path:return_path", "Make return paths that prove a bounce genuine."),
    "ingest": ("prellbock.cli.ingest:ingest", "Read events and mails into the store."),
    "fetch": ("prellbock.cli.fetch:fetch", "Read mailboxes, queues and buckets into the store, once."),
    "sources": ("prellbock.cli.sources:sources", "Let providers send webhooks to the server."),
    "destinations": ("prellbock.cli.destinations:destinations", "Send decisions to webhooks and queues."),
    "exports": ("prellbock.cli.exports:exports", "Write suppressions and decisions to files, on a schedule."),
    "recipient": ("prellbock.cli.recipient:recipient", "Tell the story of one address: status, rules, evidence."),
    "check": ("prellbock.cli.check:check", "Say which of the addresses on stdin may be mailed."),
    "suppressions": ("prellbock.cli.suppressions:suppressions", "List (or import) everything that withholds mail."),
    "suppress": ("prellbock.cli.actions:suppress", "Withhold mail from addresses until somebody releases them."),
    "release": ("prellbock.cli.actions:release", "Hold nothing against addresses that is known up to now."),
    "note": ("prellbock.cli.actions:note", "Write a note into the story of addresses."),
    "erase": ("prellbock.cli.erase:erase", "Remove everything that says who an address is, and prove it."),
    "retention": ("prellbock.cli.retention:retention", "Say what is stored for how long, and change that."),
    "decisions": ("prellbock.cli.decisions:decisions", "List, undo and redo the decisions of the ledger."),
    "incidents": ("prellbock.cli.incidents:incidents", "List and judge outages that the shield has found."),
    "alarms": ("prellbock.cli.alarms:alarms", "List what is wrong; look for it, and tell who is to know."),
    "stops": ("prellbock.cli.alarms:stops", "List campaigns that should stop; let them go on."),
    "report": ("prellbock.cli.report:report", "Write a month's report: rates, causes, providers, what was done."),
    "report-links": ("prellbock.cli.report_sharing:report_links", "Share a report by a link that needs no account."),
    "report-mails": ("prellbock.cli.report_sharing:report_mails", "Send a month's report by mail."),
    "policy": ("prellbock.cli.policy:policy", "Show, check and change the rules that pause and suppress recipients."),
    "outcomes": ("prellbock.cli.outcomes:outcomes", "Judge verdicts and pauses by what happened next."),
    "rules": ("prellbock.cli.rules:rules", "List, lint, test and compare classification rules."),
    "draft": ("prellbock.cli.draft:draft", "Write, try, review and publish drafts of rules and policies."),
    "syncs": ("prellbock.cli.syncs:syncs", "Keep suppression lists of providers alike with ours."),
    "versions": ("prellbock.cli.versions:versions", "Compare, export and bring back published rules and policies."),
    "learn": ("prellbock.cli.learn:learn", "Train and measure the text model, and propose better rules."),
    "simulate": (
        "prellbock.cli.simulate:simulate",
        "Write the events of a small simulated world, for tests and demos.",
    ),
    "bench": ("prellbock.cli.bench:bench", "Measure this machine, each figure beside its yardstick."),
    "cost": ("prellbock.cli.cost:cost", "Say what running as cloud functions costs, from a counted run."),
    "demo": ("prellbock.cli.demo:demo", "Show Prellbock at work on simulated data."),
    "completion": ("prellbock.cli.completion:completion", "Print the completion script of a shell."),
    "backup": ("prellbock.cli.backup:backup", "Copy everything stored, also while a server runs."),
    "restore": ("prellbock.cli.backup:restore", "Make the data folder of a back-up."),
    "config": ("prellbock.cli.config:config", "Check and show the configuration of the server."),
    "serve": ("prellbock.cli.serve:serve", "Run the server: ingest, check, suppressions, health, metrics."),
}


class _LazyGroup(click.Group):
    """Imports a command's module when the command is called, so that --help starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, function = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), function)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
            return status
        except BrokenPipeError:
            # The reader of our output went away (`| head`): not an error, which click would make of it.
            _drop_output()
            return 0
        except OSError as error:
            raise _in_words(error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


def _in_words(error: OSError) -> click.ClickException:
    _drop_output()
    place = error.filename or "the output cannot be written"
    return click.ClickException(f"{place}: {error.strerror or error}; mend it and run the same command again")


def _drop_output() -> None:
    """What is still buffered must go somewhere when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "PRELLBOCK"},
    epilog="Machine output is NDJSON on stdout; progress and messages go to stderr. "
    "Exit codes: 0 success, 1 some input was bad (the rest is done), 2 wrong usage.",
)
@click.version_option(__version__, prog_name="prellbock")
@click.option(
    "--data",
    type=click.Path(file_okay=False),
    envvar="PRELLBOCK_DATA",
    default="prellbock-data",
    show_default=True,
    help="The folder that holds everything that is stored (or set PRELLBOCK_DATA).",
)
@click.pass_context
def cli(ctx: click.Context, data: str) -> None:
    """Prellbock reads what mail servers answer, says why each message failed and whose fault it was, remembers
    every recipient's history and decides who may still be mailed."""
    ctx.obj = data


def _buffer_output() -> None:
    """With PYTHONUNBUFFERED a write may be cut short without a word; behind a buffer it is whole, or an error."""
    raw = getattr(sys.stdout, "buffer", None)
    if isinstance(raw, io.RawIOBase):
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(raw), sys.stdout.encoding, sys.stdout.errors, line_buffering=True
        )


def main() -> None:
    """Entry point: turns what a person can act on into one plain line and an exit code."""
    _buffer_output()
    try:
        sys.exit(cli.main(prog_name="prellbock", standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except OSError as error:
        # --help and --version write before any command runs.
        sentence = _in_words(error)
        sentence.show()
        sys.exit(sentence.exit_code)
    except click.Abort:
        click.echo("prellbock: stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
