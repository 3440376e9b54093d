"""The entry point that Chalice looks for."""

import gc

# Whatever is made up to the end of this file stays, so to look for garbage in it finds none; it takes a seventh of a cold start.
gc.disable()

from chalicelib.bootstrap import create_app  # noqa: E402

app = create_app()
# A function of its own on Lambda, which is looked for here.
authorize = app.authorize

gc.freeze()
gc.enable()
