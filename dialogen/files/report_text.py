"""The yearly report as text in bokmål: the figure, every number behind it with its sentence, and how it is defined."""

import textwrap
from collections.abc import Iterable

from dialogen.domain.reports import GroupTally, Interval, Status, Tally, YearlyReport
from dialogen.files import report_words as words
from dialogen.notation import count, decimals, long_day, percent

WIDTH = 92
INDENT = "  "
EMPTY = "–"


def report_text(report: YearlyReport, municipality: str) -> str:
    """Return the report as lines of text, ending with a line break."""
    parts = [
        _heading(report, municipality),
        _section("Tallene", _numbers(report)),
        _section("Med utsatt frist", _paragraph(_extensions(report.tally))),
        _section("Slik er prosenten regnet ut", _definition(report)),
        _section("Fristregel", _rules(report)),
        _section("Usikkerhet", _paragraph(_uncertainty(report.tally.interval))),
    ]
    if report.by is not None:
        parts.append(_section(f"Fordelt på {words.BREAKDOWNS[report.by]}", _table(report)))
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _heading(report: YearlyReport, municipality: str) -> list[str]:
    tally = report.tally
    judged = f"{INDENT}{words.BANDS[tally.band]}" if tally.band else ""
    return [
        f"{report.indicator} {words.INDICATOR_NAMES.get(report.indicator, '')}".rstrip(),
        f"{_plain(municipality)}, {report.year}, per {long_day(report.as_of)}",
        "",
        f"{INDENT}{words.figure(tally)}{judged}",
        "",
        *_paragraph(_settled(report)),
    ]


def _settled(report: YearlyReport) -> str:
    if report.status is Status.PRELIMINARY:
        return "Foreløpig tall: året er ikke endelig før fristen er ute for alle henvendelser fra hele året."
    if report.status is Status.FINAL:
        return "Endelig tall: fristen er ute for alle henvendelser. Sene registreringer og rettelser kan fortsatt endre det."
    return "Publisert tall: senere endringer i henvendelsene endrer det ikke."


def _numbers(report: YearlyReport) -> list[str]:
    tally = report.tally
    rows: list[tuple[int, str]] = [
        (tally.received, f"mottatt i {report.year} og tatt med i statistikken."),
        (tally.matured, "av dem har hatt fristen sin. Disse er grunnlaget for prosenten."),
        (tally.on_time, "er besvart innen fristen."),
        (tally.late, "er besvart etter fristen."),
        (tally.open_overdue, "er ikke besvart, og fristen er ute. Regnes som brudd på fristen."),
        (tally.not_yet_due, "er ikke besvart, men fristen er ikke ute. Teller ikke ennå."),
        (tally.safe_already, "er besvart før fristen er ute. Teller ikke ennå."),
        (sum(tally.excluded.values()), "holdt utenfor statistikken."),
        *((number, f"{INDENT}{words.EXCLUSIONS[reason]}") for reason, number in tally.excluded.items()),
    ]
    width = max(len(count(number)) for number, _ in rows)
    return [f"{INDENT}{count(number):>{width}}  {sentence}" for number, sentence in rows]


def _extensions(tally: Tally) -> str:
    if tally.percent_with_extensions is None:
        return f"Også med utsatt frist: {words.figure(tally)}."
    return (
        f"{percent(tally.percent_with_extensions)} ({_share(tally.on_time_with_extensions, tally.matured)}) "
        "er besvart i tide når en utsatt frist gjelder for dem som har fått en."
    )


def _definition(report: YearlyReport) -> list[str]:
    tally, bands = report.tally, report.tally.bands
    share = (
        f"Andelen av henvendelsene fra innbyggere i {report.year} som fikk svar innen den opprinnelige fristen, av dem "
        f"som har hatt fristen sin: fristen var før {long_day(report.as_of)}. Interne henvendelser og dem som er "
        "holdt utenfor, regnes ikke med. Et foreløpig svar er ikke et svar."
    )
    judged = (
        f"Ønsket resultat er fra {bands.desired} prosent, laveste aksepterte fra {bands.lowest_accepted} prosent. "
        "Prosenten vises aldri bedre enn den er."
    )
    figure = f" = {percent(tally.percent)}" if tally.percent is not None else f": {words.figure(tally)}"
    formula = (
        f"{report.indicator} = besvart innen fristen / har hatt fristen = "
        f"{count(tally.on_time)} / {count(tally.matured)}{figure}"
    )
    return [*_paragraph(share), "", f"{INDENT * 2}{formula}", "", *_paragraph(judged)]


def _rules(report: YearlyReport) -> list[str]:
    if not report.rules:
        return [f"{INDENT}{words.NOTHING.capitalize()}, og derfor ingen regel i bruk."]
    lines = []
    for rule in report.rules:
        number = _cases(report.tally.rules[rule.version])
        lines += _paragraph(
            f"Regelversjon {rule.version}: {rule.days} dager, {words.ROLLS[rule.roll]}. Gjelder {number}."
        )
    return lines


def _cases(number: int) -> str:
    return f"{count(number)} {'henvendelse' if number == 1 else 'henvendelser'}"


def _uncertainty(interval: Interval | None) -> str:
    reason = (
        "Prosenten er en full telling og har ingen utvalgsfeil. Intervallet viser hvor mye tilfeldigheter kan forklare "
        "når virksomheter sammenlignes."
    )
    return (
        f"Wilsons 95 %-intervall: {_range(interval)}. {reason}"
        if interval
        else f"Det er ikke noe intervall å vise. {reason}"
    )


def _table(report: YearlyReport) -> list[str]:
    if not report.breakdown:
        return [f"{INDENT}{words.NOTHING.capitalize()}."]
    heads = ["", "Mottatt", "Frist ute", "I tide", "For sent", "Ubesvart", "Teller ikke ennå", "Utenfor"]
    rows = [[*heads, "Prosent", "95 %-intervall", "Resultat"], *(_cells(group) for group in report.breakdown)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    last = len(widths) - 1
    return [
        INDENT
        + INDENT.join(
            cell.ljust(width) if place in (0, last) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _cells(group: GroupTally) -> list[str]:
    tally = group.tally
    not_yet = tally.not_yet_due + tally.safe_already
    counts = (tally.received, tally.matured, tally.on_time, tally.late, tally.open_overdue, not_yet)
    return [
        _plain(group.label),
        *(count(number) for number in (*counts, sum(tally.excluded.values()))),
        percent(tally.percent) if tally.percent is not None else EMPTY,
        _range(tally.interval) if tally.interval else EMPTY,
        words.BANDS[tally.band] if tally.band else words.figure(tally),
    ]


def _share(part: int, whole: int) -> str:
    return f"{count(part)} av {count(whole)}"


def _range(interval: Interval) -> str:
    return f"{decimals(interval.low)}–{percent(interval.high)}"


def _plain(name: str) -> str:
    """Return a name that people gave without signs that would move the cursor of a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in name)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return [title, *lines]


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False)
