"""What every application must do, as checks of one that is served; each says in words what is wrong, and nothing if all is right."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from rig.remote import PATH
from rig.serving import LOOPBACK

REFUSALS = (400, 404, 422)
ROWS = 50
NEWEST = 20
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """An application that is served on `port` of the loopback, the address of the remote server, and its delay in seconds."""

    port: int
    remote: str
    delay: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    media_type: str
    body: bytes

    def json(self) -> object:
        """The body as JSON, or words that equal no expectation."""
        try:
            return json.loads(self.body)
        except ValueError:
            return f"no JSON but {self.body[:60]!r}"

    def is_json(self, status: int, content: object) -> bool:
        """Whether this is JSON with that status and content."""
        return (self.status, self.media_type, self.json()) == (status, "application/json", content)

    def __str__(self) -> str:
        return f"{self.status} {self.media_type} {self.body[:100].decode(errors='replace')}"


def ask(port: int, method: str, path: str, body: bytes | None = None) -> Answer:
    """One request on a connection of its own; a body is sent as JSON."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request(method, path, body, {} if body is None else {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, response.headers.get_content_type(), response.read())
    finally:
        connection.close()


def check_json(subject: Subject) -> Iterator[str]:
    """`GET /json` says hello."""
    answer = ask(subject.port, "GET", "/json")
    if not answer.is_json(200, {"message": "Hello, World!"}):
        yield f"GET /json should say hello as JSON; it answered {answer}"


def check_items(subject: Subject) -> Iterator[str]:
    """`GET /items/{id}` squares 1 to 1000 and refuses all else."""
    for id_ in (1, 7, 1000):
        answer = ask(subject.port, "GET", f"/items/{id_}")
        if not answer.is_json(200, {"id": id_, "square": id_ * id_}):
            yield f"GET /items/{id_} should answer the square as JSON; it answered {answer}"
    for wrong in ("abc", "0", "1001", "-1", "1.5"):
        answer = ask(subject.port, "GET", f"/items/{wrong}")
        if answer.status not in REFUSALS:
            yield f"GET /items/{wrong} should be refused; it answered {answer}"


def check_remote(subject: Subject) -> Iterator[str]:
    """`GET /remote` asks the remote server, each time anew."""
    there = urlsplit(subject.remote).port or 80
    for _ in range(2):
        before = ask(there, "GET", PATH).json()
        started = time.monotonic()
        answer = ask(subject.port, "GET", "/remote")
        took = time.monotonic() - started
        # The remote server counts, and nobody else asks it.
        expected = {"value": before["value"] + 1} if isinstance(before, dict) else before
        if not answer.is_json(200, expected):
            yield f"GET /remote should answer what the remote server says, {expected}; it answered {answer}"
        elif took < subject.delay:
            yield f"GET /remote took {took:.3f} s, less than the remote server's delay of {subject.delay} s"


def check_notes(subject: Subject) -> Iterator[str]:
    """`POST /notes` keeps a note of 1 to 200 characters and refuses others; `GET /notes` lists the newest 20."""
    kept = []
    for text in (*(f"note {number}" for number in range(NEWEST + 1)), "<b>&amp; é ☃ \U0001f40d", "x", "é" * LONGEST):
        answer = ask(subject.port, "POST", "/notes", json.dumps({"text": text}).encode())
        note = answer.json()
        if not (isinstance(note, dict) and type(note.get("id")) is int and answer.is_json(201, {"id": note["id"], "text": text})):
            yield f"POST /notes of {text[:20]!r} should answer 201 with the note; it answered {answer}"
            return
        kept.append(note)
    wrong: tuple[object, ...] = ({"text": ""}, {"text": "x" * (LONGEST + 1)}, {"text": 5}, {"text": None}, {}, [], "text")
    for body in (*(json.dumps(one).encode() for one in wrong), b"{"):
        answer = ask(subject.port, "POST", "/notes", body)
        if answer.status not in REFUSALS:
            yield f"POST /notes of {body[:40].decode()} should be refused; it answered {answer}"
    answer = ask(subject.port, "GET", "/notes")
    if not answer.is_json(200, kept[: -NEWEST - 1 : -1]):
        yield f"GET /notes should list the newest {NEWEST} of those that were kept, the newest first; it answered {answer}"


def check_page(subject: Subject) -> Iterator[str]:
    """`GET /page` is a table of 50 rows, each with its number and a text that would be markup if it were not escaped."""
    answer = ask(subject.port, "GET", "/page")
    if (answer.status, answer.media_type) != (200, "text/html"):
        yield f"GET /page should answer HTML; it answered {answer}"
        return
    source = answer.body.decode(errors="replace")
    if "<b>" in source or "& more" in source:
        yield "GET /page should escape the texts of its rows"
        return
    cells = Cells()
    cells.feed(source)
    if cells.rows != [[str(number), f"<b>row {number}</b> & more"] for number in range(1, ROWS + 1)]:
        yield f"GET /page should have {ROWS} rows, each with its number and text; it has {len(cells.rows)}, the first {cells.rows[:1]}"


CHECKS: tuple[Callable[[Subject], Iterator[str]], ...] = (check_json, check_items, check_remote, check_notes, check_page)


class Cells(HTMLParser):
    """Reads the texts of a table's cells, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a row or a cell."""
        if tag == "tr":
            self.rows.append([])
        elif tag == "td" and self.rows:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """Closes a cell."""
        if tag == "td":
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        """Adds to the cell that is open."""
        if self._in_cell:
            self.rows[-1][-1] += data
