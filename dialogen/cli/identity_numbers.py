"""National identity numbers among the words of a command: refused, or told of once it is done."""

from collections.abc import Iterable, Iterator
from functools import wraps
from pathlib import PurePath
from typing import Any

import click

from dialogen.domain.errors import FieldProblem, InvalidInput, Problem
from dialogen.domain.national_ids import DOUBT, Likeness, likeness


def look_at_words(commands: Iterable[click.Command]) -> None:
    """Let every command look at its own words, whichever they are, before it does anything."""
    for command in _leaves(commands):
        command.callback = _looking(command.callback)


def _leaves(commands: Iterable[click.Command]) -> Iterator[click.Command]:
    for command in commands:
        if isinstance(command, click.Group):
            yield from _leaves(command.commands.values())
        else:
            yield command


def _looking(callback: Any) -> Any:
    @wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        found = {name: _likeness(value) for name, value in click.get_current_context().params.items()}
        certain = [FieldProblem(name, Problem.NATIONAL_ID) for name, like in found.items() if like is Likeness.CERTAIN]
        if certain:
            raise InvalidInput(certain)
        result = callback(*args, **kwargs)
        for name in (name for name, like in found.items() if like is Likeness.POSSIBLE):
            click.echo(f"warning: {name} {DOUBT}", err=True)
        return result

    return run


def _likeness(value: object) -> Likeness:
    words = value if isinstance(value, tuple) else (value,)
    return max((likeness(_written(word)) for word in words), default=Likeness.NONE)


def _written(word: object) -> str:
    """Return a word as it may have been written: a file by its own name, a number with the nought it may begin with."""
    if isinstance(word, PurePath):
        return word.name
    if isinstance(word, int):
        return f"{word:011d}"
    return word if isinstance(word, str) else ""
