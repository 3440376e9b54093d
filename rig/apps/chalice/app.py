"""The reference application in Chalice, whose place is Lambda; here its local server runs it."""

import os
from pathlib import Path

import jinja2
import requests
from chalice import BadRequestError, Chalice, NotFoundError, Response
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Chalice(app_name="reference")
engine = create_engine(f"sqlite:///{os.environ['DATABASE']}")
remote_server = requests.Session()
templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)

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


@app.route("/json")
def hello():
    """Says hello."""
    return {"message": "Hello, World!"}


@app.route("/items/{item_id}")
def item(item_id):
    """Squares a number."""
    if not (item_id.isdecimal() and 1 <= int(item_id) <= 1000):
        raise NotFoundError("There is no such item.")
    return {"id": int(item_id), "square": int(item_id) ** 2}


@app.route("/remote")
def remote():
    """Asks another server."""
    answer = remote_server.get(f"{os.environ['REMOTE']}/delay", timeout=10)
    return {"value": answer.json()["value"]}


@app.route("/notes")
def list_notes():
    """Lists the newest notes."""
    with Session(engine) as session:
        return [note.to_dict() for note in session.scalars(select(Note).order_by(Note.id.desc()).limit(20))]


@app.route("/notes", methods=["POST"])
def add_note():
    """Keeps a note."""
    match app.current_request.json_body:
        case {"text": str(text)} if 1 <= len(text) <= 200:
            with Session(engine, expire_on_commit=False) as session:
                note = Note(text=text)
                session.add(note)
                session.commit()
                return Response(note.to_dict(), status_code=201)
        case _:
            raise BadRequestError("A note has a text of 1 to 200 characters.")


@app.route("/page")
def page():
    """Shows rows."""
    return Response(templates.get_template("page.html").render(rows=ROWS), headers={"Content-Type": "text/html; charset=utf-8"})
