"""The reference application in CherryPy."""

import os
from pathlib import Path

import cherrypy
import jinja2
import requests
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

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


@cherrypy.expose
class Notes:
    """Lists and keeps notes: a method for each method of HTTP."""

    @cherrypy.tools.json_out()
    def GET(self):  # noqa: N802 - the dispatcher looks for this name
        """Lists the newest notes."""
        with Session(engine) as session:
            return [note.to_dict() for note in session.scalars(select(Note).order_by(Note.id.desc()).limit(20))]

    @cherrypy.tools.json_in()
    @cherrypy.tools.json_out()
    def POST(self):  # noqa: N802 - likewise
        """Keeps a note."""
        match cherrypy.request.json:
            case {"text": str(text)} if 1 <= len(text) <= 200:
                with Session(engine, expire_on_commit=False) as session:
                    note = Note(text=text)
                    session.add(note)
                    session.commit()
                    cherrypy.response.status = 201
                    return note.to_dict()
            case _:
                raise cherrypy.HTTPError(422)


class Root:
    """Everything else."""

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def json(self):
        """Says hello."""
        return {"message": "Hello, World!"}

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def items(self, item_id):
        """Squares a number."""
        if not (item_id.isdecimal() and 1 <= int(item_id) <= 1000):
            raise cherrypy.NotFound
        return {"id": int(item_id), "square": int(item_id) ** 2}

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def remote(self):
        """Asks another server."""
        answer = remote_server.get(f"{os.environ['REMOTE']}/delay", timeout=10)
        return {"value": answer.json()["value"]}

    @cherrypy.expose
    def page(self):
        """Shows rows."""
        return templates.get_template("page.html").render(rows=ROWS)


cherrypy.config.update({"environment": "production", "log.screen": False})
cherrypy.tree.mount(Notes(), "/notes", {"/": {"request.dispatch": cherrypy.dispatch.MethodDispatcher(), "tools.trailing_slash.on": False}})
cherrypy.tree.mount(Root())
application = cherrypy.tree

if __name__ == "__main__":
    cherrypy.config.update({"server.socket_host": "127.0.0.1", "server.socket_port": int(os.environ["PORT"])})
    cherrypy.engine.signals.subscribe()
    cherrypy.engine.start()
    cherrypy.engine.block()
