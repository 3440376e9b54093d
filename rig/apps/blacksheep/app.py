"""The reference application in BlackSheep."""

import os
from pathlib import Path

from blacksheep import Application, FromJSON, get, json, not_found, post
from blacksheep.client import ClientSession
from blacksheep.server.rendering.jinja2 import JinjaRenderer
from blacksheep.server.responses import view
from blacksheep.settings.html import html_settings
from jinja2 import FileSystemLoader
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
new_session = async_sessionmaker(engine, expire_on_commit=False)
html_settings.use(JinjaRenderer(loader=FileSystemLoader(Path(__file__).parent / "views")))
app = Application()

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


class NewNote(BaseModel):
    """A note as it is sent."""

    text: str = Field(min_length=1, max_length=200)


@app.lifespan
async def resources():
    """Makes the table, and keeps a client as long as the application runs."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with ClientSession(base_url=os.environ["REMOTE"]) as client:
        app.services.register(ClientSession, instance=client)
        yield
    await engine.dispose()


@get("/json")
async def hello():
    """Says hello."""
    return json({"message": "Hello, World!"})


@get("/items/{int:item_id}")
async def item(item_id: int):
    """Squares a number."""
    if not 1 <= item_id <= 1000:
        return not_found("There is no such item.")
    return json({"id": item_id, "square": item_id * item_id})


@get("/remote")
async def remote(client: ClientSession):
    """Asks another server."""
    answer = await client.get("/delay")
    return json({"value": (await answer.json())["value"]})


@get("/notes")
async def list_notes():
    """Lists the newest notes."""
    async with new_session() as session:
        notes = await session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
        return json([note.to_dict() for note in notes])


@post("/notes")
async def add_note(new: FromJSON[NewNote]):
    """Keeps a note."""
    async with new_session() as session:
        note = Note(text=new.value.text)
        session.add(note)
        await session.commit()
    return json(note.to_dict(), status=201)


@get("/page")
async def page():
    """Shows rows."""
    return view("page", {"rows": ROWS})
