"""The archive that Lambda gets: what Chalice packed, without what is never read, with bytecode, and the same bytes whenever it is made.

Lambda can't write bytecode beside the code, so without it each cold start compiles everything anew. botocore's descriptions of other
services than ours are nine tenths of what Chalice packs.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

from tools.package_plugins import PackagingFailed

# The services of AWS that the code calls.
SERVICES = ("dynamodb",)
# Where Lambda unpacks the archive: what tracebacks show.
ROOT = "/var/task"
# The earliest time that a zip can tell: those of files differ from one build to the next.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_UNIX = 3

# What nothing reads on Lambda: descriptions for boto3's other interface, pydantic's first version, time zones (ours are UTC), lists of
# files for pip, and our command line. A test answers every route without them.
_UNREAD_FOLDERS = ("boto3/data/", "boto3/examples/", "pydantic/v1/", "dateutil/zoneinfo/", "chalicelib/commands/")
_UNREAD_FILES = frozenset({"chalicelib/__main__.py", "chalicelib/new_plugin.py", "pydantic/mypy.py"})

# Compiles in one process, in order and with a fixed seed, since what is interned and how sets are written would differ else. Bytecode is
# never compared with its source: nobody changes that on Lambda.
_COMPILE = """
import json, py_compile, sys

root, pairs = json.load(sys.stdin)
for name, compiled in pairs:
    try:
        py_compile.compile(name, compiled, f"{root}/{name}", doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except py_compile.PyCompileError as error:
        sys.exit(f"{name}: {error.exc_value}")
"""


def is_read(name: str) -> bool:
    """Whether something that Chalice packed is read on Lambda."""
    parts = PurePosixPath(name).parts
    if parts[:2] == ("botocore", "data") and len(parts) > 3:
        return parts[2] in SERVICES and not parts[-1].startswith("examples-")
    if parts[0].endswith(".dist-info"):
        # Installed plugins are found by these; the rest is for pip.
        return parts[1] in ("METADATA", "entry_points.txt", "WHEEL") or "LICENSE" in name.upper()
    return not name.startswith(_UNREAD_FOLDERS) and name not in _UNREAD_FILES


def rewrite(archive: Path, target: Path, folder: Path, own: Collection[str]) -> None:
    """Makes `target` of an archive; `folder` is an empty one to work in. Raises `PackagingFailed` if something can't be compiled.

    What is `own` keeps its sources, for tracebacks that show a line; of others bytecode alone is packed, a fifth of the archive less.
    """
    with zipfile.ZipFile(archive) as packed:
        names = sorted(entry.filename for entry in packed.infolist() if not entry.is_dir() and is_read(entry.filename))
        packed.extractall(folder, names)
    shorten_descriptions(folder / "botocore" / "data")
    sources = [name for name in names if name.endswith(".py")]
    compile_all(folder, [(name, bytecode(name, keeps_source=name in own)) for name in sources])
    for name in sources:
        if name not in own:
            (folder / name).unlink()
    write(folder, target)


def shorten_descriptions(data: Path) -> None:
    """Takes out of botocore's data what it parses at each start and never uses: texts for people, and where other services are."""
    for packed in data.glob("*/*/service-2.json.gz"):
        described = json.loads(gzip.decompress(packed.read_bytes()))
        packed.with_suffix("").write_text(_compact(_without_texts(described)), encoding="utf-8")
        packed.unlink()
    places = data / "endpoints.json"
    known = json.loads(places.read_text(encoding="utf-8"))
    for partition in known["partitions"]:
        partition["services"] = {name: found for name, found in partition["services"].items() if name in SERVICES}
    places.write_text(_compact(known), encoding="utf-8")


def _without_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_texts(one) for one in value]
    if not isinstance(value, dict):
        return value
    # A member of that name would be described by an object.
    return {name: _without_texts(one) for name, one in value.items() if name != "documentation" or not isinstance(one, str)}


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def bytecode(name: str, *, keeps_source: bool) -> str:
    """Where the bytecode of a source lies: where Python looks for it beside the source, or in place of it."""
    path = PurePosixPath(name)
    beside = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
    return str(beside if keeps_source else path.with_suffix(".pyc"))


def compile_all(folder: Path, pairs: Collection[tuple[str, str]]) -> None:
    """Compiles sources to bytecode: pairs of names in `folder`. Raises `PackagingFailed`."""
    done = subprocess.run(
        # -P: what lies in the folder is not imported instead of the standard library.
        (sys.executable, "-P", "-S", "-B", "-c", _COMPILE),
        cwd=folder,
        env={**{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}, "PYTHONHASHSEED": "0"},
        input=json.dumps([ROOT, sorted(pairs)]),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackagingFailed(f"a file can't be compiled, {done.stderr.strip()}; mend it, or take it out")


def write(folder: Path, target: Path) -> None:
    """Writes all files of a folder into an archive, in order, without times and owners."""
    paths = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.relative_to(folder).as_posix())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in paths:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _TIME)
            entry.external_attr, entry.create_system, entry.compress_type = _MODE, _UNIX, zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
