"""A warm handler: imports one from a folder, answers requests by rounds. Run by bench.peers_job as `python -I -S -B warm_rounds.py`.

The first line of the standard input says how, as JSON: `folders` to import from, the `handler`, and by operation the answers of the
`table`, which are handed out without a call. Each further line holds events and how to answer: `over` is "client" (botocore hands
out the answer as it is) or "wire" (it writes and signs the request, and reads the answer's bytes). Each is answered by a line with
milliseconds of CPU for all events together, with bytes, and with the last answer.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from pathlib import Path
from typing import Any

# The service logs to the standard output, as Lambda wants it: there it is written and dropped, here it must not mix with what is told.
told = os.fdopen(os.dup(sys.stdout.fileno()), "w")
sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  # for as long as the process lives

asked = json.loads(sys.stdin.readline())
sys.path[:0] = asked["folders"]
module, _, function = asked["handler"].partition(":")
handler = getattr(__import__(module), function)

from botocore import awsrequest, client, httpsession  # noqa: E402  # from where the handler has them

by_operation = asked["table"]
bodies = {name: json.dumps(answer).encode() for name, answer in by_operation.items()}
# Handlers make their clients themselves, so what all clients share is replaced.
clients: Any = client.BaseClient
sessions: Any = httpsession.URLLib3Session
real_call = clients._make_api_call


def from_memory(_client: Any, operation: str, _parameters: Any) -> Any:
    """The stored answer, in place of the call."""
    return by_operation[operation]


def from_the_wire(_session: Any, request: Any) -> Any:
    """The stored answer as the bytes that DynamoDB would send."""
    body = bodies[request.headers["X-Amz-Target"].decode().partition(".")[2]]
    headers: Any = {"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
    answer: Any = awsrequest.AWSResponse(request.url, 200, headers, None)
    answer._content = body
    return answer


sessions.send = from_the_wire
for line in sys.stdin:
    turn = json.loads(line)
    clients._make_api_call = from_memory if turn["over"] == "client" else real_call
    started = time.process_time()
    for event in turn["events"]:
        answer = handler(event, None)
    cpu = 1000 * (time.process_time() - started)
    json.dump({"cpu_ms": cpu, "bytes": len(answer["body"].encode()), "status": answer["statusCode"], "body": answer["body"]}, told)
    told.write("\n")
    told.flush()
