"""One cold start: imports a handler and gives it one event. Run by `rig.cold` as `python -I -S -B cold_start.py`.

The standard input says how, as JSON: the `folder` to import from, the `handler`, the `event`. The last line of the standard output tells
the milliseconds of CPU that this process has taken until the answer, the interpreter's own start among them; when that was, by the clock
that all processes share; and the answer. Nothing is imported here that a handler could be spared.
"""

import json  # Lambda's own runtime needs it for the event
import os
import sys
import time

asked = json.load(sys.stdin)
sys.path.insert(0, asked["folder"])
module, _, name = asked["handler"].partition(":")
__import__(module)
answer = getattr(sys.modules[module], name)(asked["event"], None)
told = {"cpu_ms": 1000 * time.process_time(), "answered": time.monotonic(), "status": answer["statusCode"], "body": answer["body"]}
print(f"\n{json.dumps(told)}", flush=True)
# Lambda stops a process between events and never ends it in order; a thread of the application could wait here for ever.
os._exit(0)
