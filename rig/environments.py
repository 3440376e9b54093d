"""One virtual environment for each application, as their requirements contradict each other; and folders of packages without one."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = ".requirements"


class NotInstalled(RuntimeError):
    """pip could not install an application's requirements; the message has the end of what it said."""


def environment(requirements: Path, folder: Path) -> Path:
    """The virtual environment in `folder`, made if it is not there or was made from other requirements or by another Python.

    Raises `NotInstalled`; the next call then begins anew, as the mark is written last.
    """
    with _alone(folder):
        if not _is_made(requirements, folder):
            shutil.rmtree(folder, ignore_errors=True)
            # Without a pip of its own, which takes longer than most of what follows and is no part of the application.
            _run("venv", "--without-pip", str(folder))
            _run("pip", "--python", str(folder / "bin" / "python"), *_install(requirements))
            _mark(requirements, folder)
    return folder


def packages(requirements: Path, folder: Path) -> Path:
    """The packages alone, in `folder`, which Python need only be told to import from; made, kept and refused as `environment` is."""
    with _alone(folder):
        if not _is_made(requirements, folder):
            shutil.rmtree(folder, ignore_errors=True)
            _run("pip", *_install(requirements), "--target", str(folder))
            _mark(requirements, folder)
    return folder


def site_packages(folder: Path) -> Path:
    """Where a virtual environment has its packages; raises `NotInstalled` if it has no such place."""
    found = next((folder / "lib").glob("python*/site-packages"), None)
    if found is None:
        raise NotInstalled(f"there is no site-packages in {folder}; remove it, and it is made anew")
    return found


def mark(requirements: Path) -> str:
    """What an environment depends on: the version of Python, and a digest of the requirements."""
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{version} {hashlib.sha256(requirements.read_bytes()).hexdigest()}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Waits until no other process makes what is to be in `folder`; the lock stands beside it and ends with whoever holds it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_made(requirements: Path, folder: Path) -> bool:
    written = folder / MARK
    return written.is_file() and written.read_text(encoding="utf-8") == mark(requirements)


def _mark(requirements: Path, folder: Path) -> None:
    (folder / MARK).write_text(mark(requirements), encoding="utf-8")


def _install(requirements: Path) -> tuple[str, ...]:
    return ("install", "--quiet", "--disable-pip-version-check", "--requirement", str(requirements))


def _run(*module: str) -> None:
    done = subprocess.run((sys.executable, "-m", *module), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"python -m {' '.join(module)}:\n{done.stderr[-2000:]}")
