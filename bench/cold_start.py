"""One cold start: imports a handler from a folder and gives it one request. Run by bench.cold as `python -I -S -B cold_start.py`.

The standard input says how, as JSON: `folders` to import from, `parts` to import one after the other, the `handler`, the `event`. The
standard output tells how many milliseconds of CPU each part took, and what was answered. Nothing is imported here that a handler could be
spared.
"""

import sys
import time

said = sys.stdin.buffer.read()
started = time.process_time()

import json  # noqa: E402  # every handler needs it, so it counts

asked = json.loads(said)
sys.path[:0] = asked["folders"]


def cpu_ms() -> float:
    """CPU since this was asked last."""
    global started
    now = time.process_time()
    passed, started = 1000 * (now - started), now
    return passed


def imported(name: str) -> object:
    """A module, by name."""
    __import__(name)
    return sys.modules[name]


parts = {}
for part in asked["parts"]:
    imported(part)
    parts[part] = cpu_ms()
module, _, function = asked["handler"].partition(":")
handler = getattr(imported(module), function)
parts[f"{module}, the rest"] = cpu_ms()
answer = handler(asked["event"], None)
parts["first request"] = cpu_ms()
json.dump({"parts": parts, "status": answer["statusCode"], "body": answer["body"]}, sys.stdout)
