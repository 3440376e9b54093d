"""The baseline: what every reference application does, without a framework; the standard library alone, on one event loop.

Figures of the rig are multiples of this one's, so it is frozen: with another baseline, figures of before and after can't be compared. The
name of the baseline in `rig/catalogue.py` and the digest in its test change with it.
"""

import asyncio
import html
import json
import os
import sqlite3
import string
from urllib.parse import urlsplit

ROWS = [{"id": number, "text": f"<b>row {number}</b> & more"} for number in range(1, 51)]
PAGE = string.Template("<!doctype html><title>Rows</title><table>$rows</table>")
ROW = string.Template("<tr><td>$id</td><td>$text</td></tr>")

database = sqlite3.connect(os.environ["DATABASE"])
database.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
idle = []


def hello():
    """Says hello."""
    return 200, {"message": "Hello, World!"}


def item(item_id):
    """Squares a number."""
    if not (item_id.isdecimal() and 1 <= int(item_id) <= 1000):
        return 404, {"error": "There is no such item."}
    return 200, {"id": int(item_id), "square": int(item_id) ** 2}


def list_notes():
    """Lists the newest notes."""
    rows = database.execute("SELECT id, text FROM notes ORDER BY id DESC LIMIT 20")
    return 200, [{"id": id_, "text": text} for id_, text in rows]


def add_note(body):
    """Keeps a note."""
    try:
        note = json.loads(body)
    except ValueError:
        return 400, {"error": "This is not JSON."}
    match note:
        case {"text": str(text)} if 1 <= len(text) <= 200:
            with database:
                added = database.execute("INSERT INTO notes (text) VALUES (?)", (text,))
            return 201, {"id": added.lastrowid, "text": text}
        case _:
            return 422, {"error": "A note has a text of 1 to 200 characters."}


def page():
    """Shows rows."""
    return 200, PAGE.substitute(rows="".join(ROW.substitute(id=row["id"], text=html.escape(row["text"])) for row in ROWS))


async def remote():
    """Asks another server, on a connection that was kept where there is one."""
    there = urlsplit(os.environ["REMOTE"])
    reader, writer = idle.pop() if idle else await asyncio.open_connection(there.hostname, there.port)
    writer.write(f"GET /delay HTTP/1.1\r\nHost: {there.netloc}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    value = json.loads(await reader.readexactly(length))["value"]
    idle.append((reader, writer))
    return 200, {"value": value}


async def answer(method, path, body):
    """The status and the content of an answer: a text is HTML, all else JSON."""
    match method, path.strip("/").split("/"):
        case "GET", ["json"]:
            return hello()
        case "GET", ["items", item_id]:
            return item(item_id)
        case "GET", ["remote"]:
            return await remote()
        case "GET", ["notes"]:
            return list_notes()
        case "POST", ["notes"]:
            return add_note(body)
        case "GET", ["page"]:
            return page()
    return 404, {"error": "There is nothing here."}


def encoded(content):
    """The media type and the body of a content."""
    if isinstance(content, str):
        return "text/html; charset=utf-8", content
    return "application/json", json.dumps(content)


async def converse(reader, writer):
    """Answers requests on one connection until the other side closes it."""
    try:
        while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
            method, path, _ = head.split(" ", 2)
            length = head.lower().partition("content-length:")[2].split("\r\n")[0]
            status, content = await answer(method, path.partition("?")[0], await reader.readexactly(int(length or 0)))
            media_type, text = encoded(content)
            body = text.encode()
            writer.write(f"HTTP/1.1 {status} \r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the other side has what it wanted
    finally:
        writer.close()


def handler(event, context):
    """The same on Lambda, behind an HTTP API."""
    request = event["requestContext"]["http"]
    status, content = asyncio.run(answer(request["method"], event["rawPath"], event.get("body") or ""))
    media_type, body = encoded(content)
    return {"statusCode": status, "headers": {"content-type": media_type}, "body": body}


async def main():
    """Serves until it is ended."""
    server = await asyncio.start_server(converse, "127.0.0.1", int(os.environ["PORT"]), backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
