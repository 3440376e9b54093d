"""Installed distributions made by hand: what pip leaves in a folder, a module for each plugin and the metadata that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def install(site: Path, name: str, plugins: Mapping[str, str], *, version: str = "1.0", metadata: bytes | None = None) -> Path:
    """Puts a distribution into a folder, and returns it; `plugins` are sources by name, `metadata` comes instead of the true metadata."""
    module = name.replace("-", "_")
    info = site / f"{module}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_bytes(metadata or f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode())
    entries = "".join(f"{plugin} = {module}_{plugin}\n" for plugin in plugins)
    (info / "entry_points.txt").write_text(f"[frameworth]\n{entries}", encoding="utf-8")
    for plugin, source in plugins.items():
        (site / f"{module}_{plugin}.py").write_text(source, encoding="utf-8")
    return site
