"""The reference application in Bottle."""

import json
import os

import requests
from bottle import Bottle, abort, request, response, view
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Bottle()
engine = create_engine(f"sqlite:///{os.environ['DATABASE']}")
remote_server = requests.Session()

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


Base.metadata.create_all(engine)


@app.get("/json")
def hello():
    """Says hello."""
    return {"message": "Hello, World!"}


@app.get("/items/<item_id:int>")
def item(item_id):
    """Squares a number."""
    if not 1 <= item_id <= 1000:
        abort(404, "There is no such item.")
    return {"id": item_id, "square": item_id * item_id}


@app.get("/remote")
def remote():
    """Asks another server."""
    answer = remote_server.get(f"{os.environ['REMOTE']}/delay", timeout=10)
    return {"value": answer.json()["value"]}


@app.get("/notes")
def list_notes():
    """Lists the newest notes."""
    with Session(engine) as session:
        notes = session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
        # Bottle makes JSON of dictionaries only.
        response.content_type = "application/json"
        return json.dumps([note.to_dict() for note in notes])


@app.post("/notes")
def add_note():
    """Keeps a note."""
    match request.json:
        case {"text": str(text)} if 1 <= len(text) <= 200:
            with Session(engine, expire_on_commit=False) as session:
                note = Note(text=text)
                session.add(note)
                session.commit()
                response.status = 201
                return note.to_dict()
        case _:
            abort(422, "A note has a text of 1 to 200 characters.")


@app.get("/page")
@view("page")
def page():
    """Shows rows."""
    return {"rows": ROWS}
