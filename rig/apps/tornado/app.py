"""The reference application in Tornado, with its own client and templates."""

import asyncio
import json
import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tornado.escape import json_decode
from tornado.httpclient import AsyncHTTPClient
from tornado.web import Application, HTTPError, RequestHandler

engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
new_session = async_sessionmaker(engine, expire_on_commit=False)

ROWS = [{"id": number, "text": f"<b>row {number}</b> & more"} for number in range(1, 51)]


class Base(DeclarativeBase):
    """The base of all models."""


class Note(Base):
    """A note of 1 to 200 characters."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]

    def to_dict(self):
        """What clients see."""
        return {"id": self.id, "text": self.text}


class HelloHandler(RequestHandler):
    """Says hello."""

    def get(self):
        """A dictionary is written as JSON."""
        self.write({"message": "Hello, World!"})


class ItemHandler(RequestHandler):
    """Squares a number."""

    def get(self, item_id):
        """The address has matched digits only."""
        item_id = int(item_id)
        if not 1 <= item_id <= 1000:
            raise HTTPError(404)
        self.write({"id": item_id, "square": item_id * item_id})


class RemoteHandler(RequestHandler):
    """Asks another server."""

    async def get(self):
        """The client is one for each event loop."""
        answer = await AsyncHTTPClient().fetch(f"{os.environ['REMOTE']}/delay")
        self.write({"value": json_decode(answer.body)["value"]})


class NotesHandler(RequestHandler):
    """Lists and keeps notes."""

    async def get(self):
        """Lists the newest notes; Tornado makes JSON of dictionaries only."""
        async with new_session() as session:
            notes = await session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
            self.set_header("Content-Type", "application/json")
            self.write(json.dumps([note.to_dict() for note in notes]))

    async def post(self):
        """Keeps a note."""
        try:
            body = json_decode(self.request.body)
        except ValueError as error:
            raise HTTPError(400) from error
        match body:
            case {"text": str(text)} if 1 <= len(text) <= 200:
                async with new_session() as session:
                    note = Note(text=text)
                    session.add(note)
                    await session.commit()
                self.set_status(201)
                self.write(note.to_dict())
            case _:
                raise HTTPError(422)


class PageHandler(RequestHandler):
    """Shows rows."""

    def get(self):
        """Renders a template of Tornado's own kind."""
        self.render("page.html", rows=ROWS)


async def main():
    """Makes the table, and serves until it is ended."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    app = Application(
        [
            ("/json", HelloHandler),
            (r"/items/(\d+)", ItemHandler),
            ("/remote", RemoteHandler),
            ("/notes", NotesHandler),
            ("/page", PageHandler),
        ],
        template_path=Path(__file__).parent / "templates",
        log_function=lambda handler: None,
    )
    app.listen(int(os.environ["PORT"]), address="127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
