"""Settings: the only reader of the environment, so that everything else is told what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from frameworth.errors import FrameworthError

PROJECT = Path(__file__).resolve().parent.parent


class Misconfigured(FrameworthError):
    """The environment does not say what is needed; the message names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    `table` (FRAMEWORTH_TABLE) names the DynamoDB table; boto3 itself reads AWS_ENDPOINT_URL_DYNAMODB, so DynamoDB Local needs no setting of
    ours. `embedded` (FRAMEWORTH_STORE=embedded) keeps everything in this process instead. `disabled_plugins`
    (FRAMEWORTH_DISABLED_PLUGINS, comma-separated) are not loaded; `plugin_folders` are `plugins/` and FRAMEWORTH_PLUGINS_DIR.
    `trace_hooks` (FRAMEWORTH_TRACE_HOOKS=1) has every call of a hook logged.
    """

    table: str | None
    embedded: bool
    disabled_plugins: frozenset[str]
    plugin_folders: tuple[Path, ...]
    trace_hooks: bool = False

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Settings:
        """Settings from environment variables; raises `Misconfigured`."""
        store = environ.get("FRAMEWORTH_STORE", "")
        if store not in ("", "embedded"):
            raise Misconfigured(f"FRAMEWORTH_STORE is {store!r}; leave it unset or set it to 'embedded'")
        trace = environ.get("FRAMEWORTH_TRACE_HOOKS", "")
        if trace not in ("", "0", "1"):
            raise Misconfigured(f"FRAMEWORTH_TRACE_HOOKS is {trace!r}; leave it unset or set it to 1")
        folders = [PROJECT / "plugins"]
        if extra := environ.get("FRAMEWORTH_PLUGINS_DIR"):
            if not Path(extra).is_dir():
                raise Misconfigured(f"FRAMEWORTH_PLUGINS_DIR is {extra!r}, which is no folder")
            folders.append(Path(extra))
        return cls(
            table=environ.get("FRAMEWORTH_TABLE") or None,
            embedded=store == "embedded",
            disabled_plugins=frozenset(name.strip() for name in environ.get("FRAMEWORTH_DISABLED_PLUGINS", "").split(",") if name.strip()),
            plugin_folders=tuple(folders),
            trace_hooks=trace == "1",
        )
