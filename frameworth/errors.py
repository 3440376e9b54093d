"""What this library raises on purpose: one tree, facts as attributes, and a message that names the object and the way out."""

from __future__ import annotations


class FrameworthError(Exception):
    """The root of every error that this project raises on purpose."""


class InvalidValue(FrameworthError, ValueError):
    """A domain value could not be made: `what` it would have been, its `fault`, and the `fix`."""

    def __init__(self, what: str, fault: str, fix: str = "") -> None:
        self.what, self.fault, self.fix = what, fault, fix
        super().__init__(f"{what}: {fault}" + (f"; {fix}" if fix else ""))


class InvalidRow(FrameworthError, ValueError):
    """One row of a CSV file of figures is wrong: `file`, `line` (1 is the header), `fault`."""

    def __init__(self, file: str, line: int, fault: str) -> None:
        self.file, self.line, self.fault = file, line, fault
        super().__init__(f"{file}, line {line}: {fault}")


class PluginFailed(FrameworthError):
    """A shipped plugin is at fault, so the start stops: `plugin`, `stage` of the isolation ladder, `error`."""

    def __init__(self, plugin: str, stage: str, error: str) -> None:
        self.plugin, self.stage, self.error = plugin, stage, error
        super().__init__(
            f"shipped plugin {plugin!r} failed at stage '{stage}': {error}; "
            f"mend plugins/{plugin}.py or take it off the list of shipped plugins"
        )


class MethodFailed(FrameworthError):
    """A method broke, or returned what is no score: `method`, its `provider`, and the `fault`."""

    def __init__(self, method: str, provider: str, fault: str) -> None:
        self.method, self.provider, self.fault = method, provider, fault
        super().__init__(f"method {method!r} of plugin {provider or 'unknown'} failed: {fault}")
