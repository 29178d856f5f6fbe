"""Dates on the command line: YYYY-MM-DD and nothing else."""

import re
from datetime import date

import click

from dialogen.domain.errors import Problem


class _Date(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date that a text names; wrong usage when it names none."""
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            # Python reads other ISO forms too, such as 20150115 and 2015-W03-4.
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self.fail(Problem.NOT_A_DATE.format(value=text), param, ctx)


DATE = _Date()
