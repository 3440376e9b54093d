"""The shipped method. Whatever depends on who else is compared is a cross-check, never the rule."""

from frameworth import ADDITIVE, hookimpl


@hookimpl
def frameworth_methods():
    """One method: additive."""
    yield ADDITIVE
