"""Tells how far the demo is: a bar where somebody watches, a line for each step elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Steps:
    """The steps of a load, one after the other."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description:<34}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the bar meanwhile."""
        with self._bar:
            yield

    def begin(self, step: str) -> None:
        """Say what is done next."""
        if self._console.is_terminal:
            self._bar.update(self._task, description=step)
        else:
            self._console.print(f"{step} ...")

    def done(self, count: int = 1) -> None:
        """Say that this much of it is done."""
        self._bar.advance(self._task, count)
