"""The reference application in Litestar."""

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
from litestar import Litestar, get, post
from litestar.contrib.jinja import JinjaTemplateEngine
from litestar.datastructures import State
from litestar.params import Parameter
from litestar.response import Template
from litestar.template.config import TemplateConfig
from msgspec import Meta
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
new_session = async_sessionmaker(engine, expire_on_commit=False)

ROWS = [{"id": number, "text": f"<b>row {number}</b> & more"} for number in range(1, 51)]


class Base(DeclarativeBase):
    """The base of all models."""


class Note(Base):
    """A note as it is stored."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


@dataclass
class NewNote:
    """A note as it is sent."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]


@dataclass
class KeptNote:
    """A note as it is answered."""

    id: int
    text: str


@dataclass
class Item:
    """A number and its square."""

    id: int
    square: int


@asynccontextmanager
async def lifespan(app: Litestar):
    """Makes the table, and keeps a client as long as the application runs."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with httpx.AsyncClient(base_url=os.environ["REMOTE"]) as app.state.client:
        yield
    await engine.dispose()


async def provide_session():
    """A session for one request."""
    async with new_session() as session:
        yield session


@get("/json")
async def hello() -> dict[str, str]:
    """Says hello."""
    return {"message": "Hello, World!"}


@get("/items/{item_id:int}")
async def item(item_id: Annotated[int, Parameter(ge=1, le=1000)]) -> Item:
    """Squares a number."""
    return Item(id=item_id, square=item_id * item_id)


@get("/remote")
async def remote(state: State) -> dict[str, int]:
    """Asks another server."""
    answer = await state.client.get("/delay")
    return {"value": answer.json()["value"]}


@get("/notes")
async def list_notes(session: AsyncSession) -> list[KeptNote]:
    """Lists the newest notes."""
    notes = await session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
    return [KeptNote(id=note.id, text=note.text) for note in notes]


@post("/notes")
async def add_note(data: NewNote, session: AsyncSession) -> KeptNote:
    """Keeps a note."""
    note = Note(text=data.text)
    session.add(note)
    await session.commit()
    return KeptNote(id=note.id, text=note.text)


@get("/page")
async def page() -> Template:
    """Shows rows."""
    return Template("page.html", context={"rows": ROWS})


app = Litestar(
    [hello, item, remote, list_notes, add_note, page],
    dependencies={"session": provide_session},
    lifespan=[lifespan],
    template_config=TemplateConfig(directory=Path(__file__).parent / "templates", engine=JinjaTemplateEngine),
)
