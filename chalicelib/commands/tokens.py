"""`token create`, `list` and `revoke`: who may write to a table that a deployment reads."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from chalicelib.commands.loading import named_table
from chalicelib.commands.printing import CONSOLE, grid
from chalicelib.storage.tokens import MOST_DAYS, SCOPES, Token, Tokens
from frameworth.register import MOST_NAME


def _now() -> datetime:
    return datetime.now(UTC)


@click.group("token")
def token_commands() -> None:
    """Make, list and revoke tokens for writing over HTTP, in the table that FRAMEWORTH_TABLE names.

    `make run` needs none of these: it makes one of its own at each start, and prints it.
    """


@token_commands.command("create")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="What it may do; may be given again.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, MOST_DAYS), help="How long it is good.")
@click.option("--note", default="", help=f"What it is for, up to {MOST_NAME} characters; shown in the list.")
def create(scopes: tuple[str, ...], days: int, note: str) -> None:
    """Make a token. Its text is printed once, alone on the standard output, and kept nowhere.

    \b
    Examples:
      python -m chalicelib token create --scope write:observations --days 90
      TOKEN=$(python -m chalicelib token create --scope admin --days 1 --note "first import")
    """
    whole, token = Tokens(named_table(), now=_now).create(scopes, days, note)
    click.echo(f"Token {token.id}: {_scopes(token)}, until {token.expires_at:%Y-%m-%d %H:%M} UTC. It is shown this once:", err=True)
    click.echo(whole)


@token_commands.command("list")
def list_tokens() -> None:
    """List the tokens that there are, and those that ended in the last 30 days; never their text.

    \b
    Example:
      python -m chalicelib token list
    """
    found = Tokens(named_table(), now=_now).all()
    if not found:
        click.echo("there is no token; `python -m chalicelib token create` makes one")
        return
    table = grid("", "id", "state", "scopes", "created", "expires", "note", folds=True)
    for token in found:
        table.add_row(token.id, _state(token), _scopes(token), f"{token.created_at:%Y-%m-%d}", f"{token.expires_at:%Y-%m-%d}", token.note)
    CONSOLE.print(table)


@token_commands.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke(token_id: str) -> None:
    """End the token ID at once; the list shows the ids.

    \b
    Example:
      python -m chalicelib token revoke k3jf7qa2xm
    """
    token = Tokens(named_table(), now=_now).revoke(token_id)
    click.echo(f"token {token.id} is revoked; requests with it are refused from now on")


def _scopes(token: Token) -> str:
    return ", ".join(sorted(token.scopes))


def _state(token: Token) -> str:
    return token.status if token.status != "active" or token.is_valid(_now()) else "expired"
