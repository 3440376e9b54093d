"""The entry point that Chalice looks for."""

from chalicelib.bootstrap import create_app

app = create_app()
