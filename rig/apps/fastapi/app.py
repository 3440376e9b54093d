"""The reference application in FastAPI."""

import os
from contextlib import asynccontextmanager
from pathlib import Path as FilePath
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, Path, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
new_session = async_sessionmaker(engine, expire_on_commit=False)
templates = Jinja2Templates(FilePath(__file__).parent / "templates")

ROWS = [{"id": number, "text": f"<b>row {number}</b> & more"} for number in range(1, 51)]


class Base(DeclarativeBase):
    """The base of all models."""


class Note(Base):
    """A note as it is stored."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class NewNote(BaseModel):
    """A note as it is sent."""

    text: str = Field(min_length=1, max_length=200)


class KeptNote(NewNote):
    """A note as it is answered."""

    model_config = ConfigDict(from_attributes=True)
    id: int


class Item(BaseModel):
    """A number and its square."""

    id: int
    square: int


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Makes the table, and keeps a client as long as the application runs."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with httpx.AsyncClient(base_url=os.environ["REMOTE"]) as client:
        yield {"client": client}
    await engine.dispose()


async def session():
    """A session for one request."""
    async with new_session() as one:
        yield one


app = FastAPI(lifespan=lifespan)


@app.get("/json")
async def hello() -> dict[str, str]:
    """Says hello."""
    return {"message": "Hello, World!"}


@app.get("/items/{item_id}")
async def item(item_id: Annotated[int, Path(ge=1, le=1000)]) -> Item:
    """Squares a number."""
    return Item(id=item_id, square=item_id * item_id)


@app.get("/remote")
async def remote(request: Request) -> dict[str, int]:
    """Asks another server."""
    answer = await request.state.client.get("/delay")
    return {"value": answer.json()["value"]}


@app.get("/notes")
async def list_notes(session: Annotated[AsyncSession, Depends(session)]) -> list[KeptNote]:
    """Lists the newest notes."""
    return list(await session.scalars(select(Note).order_by(Note.id.desc()).limit(20)))


@app.post("/notes", status_code=201)
async def add_note(new: NewNote, session: Annotated[AsyncSession, Depends(session)]) -> KeptNote:
    """Keeps a note."""
    note = Note(text=new.text)
    session.add(note)
    await session.commit()
    return note


@app.get("/page", response_class=HTMLResponse)
async def page(request: Request):
    """Shows rows."""
    return templates.TemplateResponse(request, "page.html", {"rows": ROWS})
