"""The reference application in Pyramid."""

import logging
import os
from pathlib import Path

import requests
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPBadRequest, HTTPNotFound, HTTPUnprocessableEntity
from pyramid.view import view_config
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

# Waitress would warn of every request that waits for one of its threads.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
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


@view_config(route_name="json", renderer="json")
def hello(request):
    """Says hello."""
    return {"message": "Hello, World!"}


@view_config(route_name="item", renderer="json")
def item(request):
    """Squares a number."""
    item_id = int(request.matchdict["item_id"])
    if not 1 <= item_id <= 1000:
        raise HTTPNotFound
    return {"id": item_id, "square": item_id * item_id}


@view_config(route_name="remote", renderer="json")
def remote(request):
    """Asks another server."""
    answer = remote_server.get(f"{os.environ['REMOTE']}/delay", timeout=10)
    return {"value": answer.json()["value"]}


@view_config(route_name="notes", request_method="GET", renderer="json")
def list_notes(request):
    """Lists the newest notes."""
    with Session(engine) as session:
        return [note.to_dict() for note in session.scalars(select(Note).order_by(Note.id.desc()).limit(20))]


@view_config(route_name="notes", request_method="POST", renderer="json")
def add_note(request):
    """Keeps a note."""
    try:
        body = request.json_body
    except ValueError as error:
        raise HTTPBadRequest from error
    match body:
        case {"text": str(text)} if 1 <= len(text) <= 200:
            with Session(engine, expire_on_commit=False) as session:
                note = Note(text=text)
                session.add(note)
                session.commit()
                request.response.status = 201
                return note.to_dict()
        case _:
            raise HTTPUnprocessableEntity


@view_config(route_name="page", renderer="page.jinja2")
def page(request):
    """Shows rows."""
    return {"rows": ROWS}


with Configurator() as config:
    config.include("pyramid_jinja2")
    config.add_jinja2_search_path(str(Path(__file__).parent))
    config.add_route("json", "/json")
    config.add_route("item", r"/items/{item_id:\d+}")
    config.add_route("remote", "/remote")
    config.add_route("notes", "/notes")
    config.add_route("page", "/page")
    config.scan(__name__)
    app = config.make_wsgi_app()
