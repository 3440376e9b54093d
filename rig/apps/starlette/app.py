"""The reference application in Starlette."""

import os
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.templating import Jinja2Templates

engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
new_session = async_sessionmaker(engine, expire_on_commit=False)
templates = Jinja2Templates(Path(__file__).parent / "templates")

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


@asynccontextmanager
async def lifespan(app):
    """Makes the table, and keeps a client as long as the application runs."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with httpx.AsyncClient(base_url=os.environ["REMOTE"]) as client:
        yield {"client": client}
    await engine.dispose()


async def hello(request):
    """Says hello."""
    return JSONResponse({"message": "Hello, World!"})


async def item(request):
    """Squares a number."""
    item_id = request.path_params["item_id"]
    if not 1 <= item_id <= 1000:
        raise HTTPException(404)
    return JSONResponse({"id": item_id, "square": item_id * item_id})


async def remote(request):
    """Asks another server."""
    answer = await request.state.client.get("/delay")
    return JSONResponse({"value": answer.json()["value"]})


async def list_notes(request):
    """Lists the newest notes."""
    async with new_session() as session:
        notes = await session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
        return JSONResponse([note.to_dict() for note in notes])


async def add_note(request):
    """Keeps a note."""
    try:
        body = await request.json()
    except ValueError as error:
        raise HTTPException(400) from error
    match body:
        case {"text": str(text)} if 1 <= len(text) <= 200:
            async with new_session() as session:
                note = Note(text=text)
                session.add(note)
                await session.commit()
            return JSONResponse(note.to_dict(), status_code=201)
        case _:
            raise HTTPException(422)


async def page(request):
    """Shows rows."""
    return templates.TemplateResponse(request, "page.html", {"rows": ROWS})


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/json", hello),
        Route("/items/{item_id:int}", item),
        Route("/remote", remote),
        Route("/notes", list_notes, methods=["GET"]),
        Route("/notes", add_note, methods=["POST"]),
        Route("/page", page),
    ],
)
