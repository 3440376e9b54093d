"""The reference application in Robyn."""

import os
from pathlib import Path

import httpx
from robyn import Request, Response, Robyn, jsonify
from robyn.templating import JinjaTemplate
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = Robyn(__file__)
engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
new_session = async_sessionmaker(engine, expire_on_commit=False)
client = httpx.AsyncClient(base_url=os.environ["REMOTE"])
templates = JinjaTemplate(str(Path(__file__).parent / "templates"))

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


def answer(content, status_code=200):
    """A response of JSON."""
    return Response(status_code=status_code, headers={"Content-Type": "application/json"}, description=jsonify(content))


@app.startup_handler
async def make_table():
    """Makes the table."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


@app.shutdown_handler
async def close_resources():
    """Closes what was opened."""
    await client.aclose()
    await engine.dispose()


@app.get("/json")
async def hello():
    """Says hello."""
    return {"message": "Hello, World!"}


@app.get("/items/:item_id")
async def item(item_id: int):
    """Squares a number."""
    if not 1 <= item_id <= 1000:
        return answer({"error": "There is no such item."}, 404)
    return {"id": item_id, "square": item_id * item_id}


@app.get("/remote")
async def remote():
    """Asks another server."""
    response = await client.get("/delay")
    return {"value": response.json()["value"]}


@app.get("/notes")
async def list_notes():
    """Lists the newest notes."""
    async with new_session() as session:
        notes = await session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
        return answer([note.to_dict() for note in notes])


@app.post("/notes")
async def add_note(request: Request):
    """Keeps a note."""
    try:
        body = request.json()
    except ValueError:
        return answer({"error": "This is not JSON."}, 400)
    match body:
        case {"text": str(text)} if 1 <= len(text) <= 200:
            async with new_session() as session:
                note = Note(text=text)
                session.add(note)
                await session.commit()
            return answer(note.to_dict(), 201)
        case _:
            return answer({"error": "A note has a text of 1 to 200 characters."}, 422)


@app.get("/page")
async def page():
    """Shows rows."""
    return templates.render_template("page.html", rows=ROWS)


if __name__ == "__main__":
    app.start(host="127.0.0.1", port=int(os.environ["PORT"]))
