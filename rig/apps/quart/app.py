"""The reference application in Quart."""

import os

import httpx
from quart import Quart, abort, render_template, request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = Quart(__name__)
engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
new_session = async_sessionmaker(engine, expire_on_commit=False)

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


@app.before_serving
async def open_resources():
    """Makes the table, and a client for as long as the application runs."""
    app.client = httpx.AsyncClient(base_url=os.environ["REMOTE"])
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


@app.after_serving
async def close_resources():
    """Closes what was opened."""
    await app.client.aclose()
    await engine.dispose()


@app.get("/json")
async def hello():
    """Says hello."""
    return {"message": "Hello, World!"}


@app.get("/items/<int(min=1, max=1000):item_id>")
async def item(item_id):
    """Squares a number."""
    return {"id": item_id, "square": item_id * item_id}


@app.get("/remote")
async def remote():
    """Asks another server."""
    answer = await app.client.get("/delay")
    return {"value": answer.json()["value"]}


@app.get("/notes")
async def list_notes():
    """Lists the newest notes."""
    async with new_session() as session:
        notes = await session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
        return [note.to_dict() for note in notes]


@app.post("/notes")
async def add_note():
    """Keeps a note."""
    match await request.get_json():
        case {"text": str(text)} if 1 <= len(text) <= 200:
            async with new_session() as session:
                note = Note(text=text)
                session.add(note)
                await session.commit()
            return note.to_dict(), 201
        case _:
            abort(422)


@app.get("/page")
async def page():
    """Shows rows."""
    return await render_template("page.html", rows=ROWS)
