"""The entry point that Chalice looks for."""

from chalicelib.bootstrap import create_app

app = create_app()
# A function of its own on Lambda, which is looked for here.
authorize = app.authorize
