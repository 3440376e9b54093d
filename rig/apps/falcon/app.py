"""The reference application in Falcon."""

import os
from pathlib import Path

import falcon
import jinja2
import requests
from falcon.media.validators import jsonschema
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine(f"sqlite:///{os.environ['DATABASE']}")
remote_server = requests.Session()
templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)

ROWS = [{"id": number, "text": f"<b>row {number}</b> & more"} for number in range(1, 51)]
NOTE_SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 200}},
    "required": ["text"],
}


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


Base.metadata.create_all(engine)


class HelloResource:
    """Says hello."""

    def on_get(self, req, resp):
        """A medium is answered as JSON."""
        resp.media = {"message": "Hello, World!"}


class ItemResource:
    """Squares a number."""

    def on_get(self, req, resp, item_id):
        """The converter has let whole numbers of the range pass only."""
        resp.media = {"id": item_id, "square": item_id * item_id}


class RemoteResource:
    """Asks another server."""

    def on_get(self, req, resp):
        """Keeps the connection for the next time."""
        answer = remote_server.get(f"{os.environ['REMOTE']}/delay", timeout=10)
        resp.media = {"value": answer.json()["value"]}


class NotesResource:
    """Lists and keeps notes."""

    def on_get(self, req, resp):
        """Lists the newest notes."""
        with Session(engine) as session:
            resp.media = [note.to_dict() for note in session.scalars(select(Note).order_by(Note.id.desc()).limit(20))]

    @jsonschema.validate(NOTE_SCHEMA)
    def on_post(self, req, resp):
        """Keeps a note."""
        with Session(engine, expire_on_commit=False) as session:
            note = Note(text=req.media["text"])
            session.add(note)
            session.commit()
            resp.media = note.to_dict()
        resp.status = falcon.HTTP_201


class PageResource:
    """Shows rows."""

    def on_get(self, req, resp):
        """Falcon has no templates of its own."""
        resp.content_type = falcon.MEDIA_HTML
        resp.text = templates.get_template("page.html").render(rows=ROWS)


app = falcon.App()
app.add_route("/json", HelloResource())
app.add_route("/items/{item_id:int(min=1, max=1000)}", ItemResource())
app.add_route("/remote", RemoteResource())
app.add_route("/notes", NotesResource())
app.add_route("/page", PageResource())
