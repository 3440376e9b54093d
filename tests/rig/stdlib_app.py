"""An application that conforms, of the standard library alone, and with FAULT=… one of several that do not."""

import html
import json
import os
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULT = os.environ.get("FAULT", "")
NOTES: list[dict[str, object]] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, _, rest = self.path.strip("/").partition("/")
        if kind == "json":
            self.answer(200, {"message": "Hello" if FAULT == "json" else "Hello, World!"})
        elif kind == "items":
            valid = rest.isdecimal() and 1 <= int(rest) <= 1000
            if valid or (FAULT == "items" and rest.isdecimal()):
                self.answer(200, {"id": int(rest), "square": int(rest) ** 2})
            else:
                self.answer(404, {})
        elif kind == "remote":
            with urllib.request.urlopen(f"{os.environ['REMOTE']}/delay") as answer:
                self.answer(200, {"value": 1} if FAULT == "remote" else json.load(answer))
        elif kind == "notes":
            self.answer(200, NOTES[:20] if FAULT == "oldest" else NOTES[:-21:-1])
        elif kind == "page":
            escape = str if FAULT == "unescaped" else html.escape
            rows = "".join(
                f"<tr><td>{n}</td><td>{escape(f'<b>row {n}</b> & more')}</td></tr>" for n in range(1, 50 if FAULT == "short" else 51)
            )
            self.answer(200, f"<table>{rows}</table>", "text/html")
        else:
            self.answer(404, {})

    def do_POST(self) -> None:
        try:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        except ValueError:
            body = None
        match body:
            case {"text": str(text)} if FAULT == "notes" or 1 <= len(text) <= 200:
                NOTES.append({"id": len(NOTES) + 1, "text": text})
                self.answer(200 if FAULT == "status" else 201, NOTES[-1])
            case _:
                self.answer(422, {})

    def answer(self, status: int, content: object, media_type: str = "application/json") -> None:
        body = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
