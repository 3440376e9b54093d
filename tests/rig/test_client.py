"""The client reads where an answer ends, whatever a server does, and takes nothing for an answer that is none."""

from __future__ import annotations

import asyncio

import pytest

from rig.client import Client, Failed, Request

GET = Request("GET", "/json")
LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def asked(port: int, *requests: Request, patience: float = 10.0) -> None:
    client = Client(port, patience)
    try:
        for request in requests:
            await client.ask(request)
    finally:
        client.close()


def against(answers: list[bytes], *requests: Request, closes: bool = False, patience: float = 10.0) -> tuple[int, list[bytes]]:
    """Asks a server that answers so, part by part; how many connections it saw, and what was sent."""
    connections = 0
    seen = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                seen.append(head + await reader.readexactly(int(length or 0)))
                for part in answers:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def both() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            await asked(server.sockets[0].getsockname()[1], *requests, patience=patience)
            # Whoever answers is still about to see that nobody asks any more.
            await asyncio.sleep(0.02)

    asyncio.run(both())
    return connections, seen


@pytest.mark.parametrize(
    ("answers", "closes", "connections"),
    [
        ([LENGTH], False, 1),
        ([LENGTH[:20], LENGTH[20:-1], LENGTH[-1:]], False, 1),
        ([LENGTH.replace(b"Content-Length", b"content-length")], False, 1),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", b"0\r\n\r\n"], False, 1),
        ([LENGTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")], True, 3),
        ([LENGTH.replace(b"1.1", b"1.0")], True, 3),
        ([b"HTTP/1.1 200 OK\r\n\r\n{", b"}"], True, 3),
        # Closed without a word, as a server may at any time between two requests.
        ([LENGTH], True, 3),
    ],
    ids=["length", "in parts", "small letters", "chunks", "says that it closes", "HTTP/1.0", "ends by closing", "closes unsaid"],
)
def test_an_answer_ends_where_the_server_says_so(answers: list[bytes], closes: bool, connections: int) -> None:
    assert against(answers, GET, GET, GET, closes=closes)[0] == connections


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"], "GET /json: answered 500 instead of 200"),
        ([LENGTH[:-1]], "GET /json: no answer \\(closed before the answer was whole\\)"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"], "GET /json: no answer"),
        ([], "GET /json: no answer"),
    ],
    ids=["another status", "broken off", "chunks broken off", "nothing"],
)
def test_what_is_no_whole_answer_of_the_status_is_refused(answers: list[bytes], said: str) -> None:
    with pytest.raises(Failed, match=said):
        against(answers, GET, closes=True)


def test_an_answer_that_does_not_come_is_not_waited_for_forever() -> None:
    with pytest.raises(Failed, match=r"GET /json: no answer within 0\.1 s"):
        against([LENGTH[:-1]], GET, patience=0.1)


def test_a_port_where_nobody_listens_is_told() -> None:
    with pytest.raises(Failed, match="GET /json: no answer"):
        asyncio.run(asked(9, GET))


def test_a_content_is_sent_as_json_with_its_length() -> None:
    _, [seen] = against([LENGTH.replace(b"200", b"201")], Request("POST", "/notes", {"text": "é"}, 201))
    head, _, body = seen.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /notes HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Content-Type: application/json" in head
    assert body == b'{"text": "\\u00e9"}'
