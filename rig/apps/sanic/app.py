"""The reference application in Sanic, with its own extensions for templates."""

import os
from pathlib import Path

import httpx
from pydantic import BaseModel, Field
from sanic import NotFound, Sanic, json
from sanic_ext import validate
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = Sanic("reference")
app.config.CORS = False
app.config.TEMPLATING_PATH_TO_TEMPLATES = Path(__file__).parent / "templates"

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


@app.before_server_start
async def open_resources(app):
    """Makes the table, and a client for as long as the application runs."""
    app.ctx.engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
    app.ctx.new_session = async_sessionmaker(app.ctx.engine, expire_on_commit=False)
    app.ctx.client = httpx.AsyncClient(base_url=os.environ["REMOTE"])
    async with app.ctx.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


@app.after_server_stop
async def close_resources(app):
    """Closes what was opened."""
    await app.ctx.client.aclose()
    await app.ctx.engine.dispose()


@app.get("/json")
async def hello(request):
    """Says hello."""
    return json({"message": "Hello, World!"})


@app.get("/items/<item_id:int>")
async def item(request, item_id: int):
    """Squares a number."""
    if not 1 <= item_id <= 1000:
        raise NotFound
    return json({"id": item_id, "square": item_id * item_id})


@app.get("/remote")
async def remote(request):
    """Asks another server."""
    answer = await app.ctx.client.get("/delay")
    return json({"value": answer.json()["value"]})


@app.get("/notes")
async def list_notes(request):
    """Lists the newest notes."""
    async with app.ctx.new_session() as session:
        notes = await session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
        return json([note.to_dict() for note in notes])


@app.post("/notes")
@validate(json=NewNote)
async def add_note(request, body: NewNote):
    """Keeps a note."""
    async with app.ctx.new_session() as session:
        note = Note(text=body.text)
        session.add(note)
        await session.commit()
    return json(note.to_dict(), status=201)


@app.get("/page")
@app.ext.template("page.html")
async def page(request):
    """Shows rows."""
    return {"rows": ROWS}
