"""The reference application in Flask."""

import os

import requests
from flask import Flask, abort, render_template, request
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Flask(__name__)
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


@app.get("/items/<int(min=1, max=1000):item_id>")
def item(item_id):
    """Squares a number."""
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
        return [note.to_dict() for note in session.scalars(select(Note).order_by(Note.id.desc()).limit(20))]


@app.post("/notes")
def add_note():
    """Keeps a note."""
    match request.get_json():
        case {"text": str(text)} if 1 <= len(text) <= 200:
            with Session(engine, expire_on_commit=False) as session:
                note = Note(text=text)
                session.add(note)
                session.commit()
                return note.to_dict(), 201
        case _:
            abort(422)


@app.get("/page")
def page():
    """Shows rows."""
    return render_template("page.html", rows=ROWS)
