"""``prellbock completion``: the script that lets a shell complete commands and options."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash: eval "$(prellbock completion bash)"     in ~/.bashrc
    zsh:  eval "$(prellbock completion zsh)"      in ~/.zshrc
    fish: prellbock completion fish | source      in ~/.config/fish/config.fish
    """
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(ctx.find_root().command, {}, "prellbock", "_PRELLBOCK_COMPLETE").source())
