"""The reference application in aiohttp."""

import os
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import ClientSession, web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
new_session = async_sessionmaker(engine, expire_on_commit=False)
routes = web.RouteTableDef()
client = web.AppKey("client", ClientSession)

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


async def resources(app):
    """Makes the table, and keeps a client as long as the application runs."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with ClientSession(os.environ["REMOTE"]) as app[client]:
        yield
    await engine.dispose()


@routes.get("/json")
async def hello(request):
    """Says hello."""
    return web.json_response({"message": "Hello, World!"})


@routes.get(r"/items/{item_id:\d+}")
async def item(request):
    """Squares a number."""
    item_id = int(request.match_info["item_id"])
    if not 1 <= item_id <= 1000:
        raise web.HTTPNotFound
    return web.json_response({"id": item_id, "square": item_id * item_id})


@routes.get("/remote")
async def remote(request):
    """Asks another server."""
    async with request.app[client].get("/delay") as answer:
        return web.json_response({"value": (await answer.json())["value"]})


@routes.get("/notes")
async def list_notes(request):
    """Lists the newest notes."""
    async with new_session() as session:
        notes = await session.scalars(select(Note).order_by(Note.id.desc()).limit(20))
        return web.json_response([note.to_dict() for note in notes])


@routes.post("/notes")
async def add_note(request):
    """Keeps a note."""
    try:
        body = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest from error
    match body:
        case {"text": str(text)} if 1 <= len(text) <= 200:
            async with new_session() as session:
                note = Note(text=text)
                session.add(note)
                await session.commit()
            return web.json_response(note.to_dict(), status=201)
        case _:
            raise web.HTTPUnprocessableEntity


@routes.get("/page")
@aiohttp_jinja2.template("page.html")
async def page(request):
    """Shows rows."""
    return {"rows": ROWS}


app = web.Application()
app.add_routes(routes)
app.cleanup_ctx.append(resources)
aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"))

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None)
