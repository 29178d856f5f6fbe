"""How much a year can bear: the late answers that still fit into a band, given all that is known of the year today.

Counted over every case of the cohort, as the year will stand when they have matured: those answered early are on time
already, those still open ahead of their deadline can go either way, and those overdue are misses. Cases that nobody
has registered yet are not foreseen: each of them that is answered in time adds room, and never takes any.
"""

from dataclasses import dataclass

from dialogen.domain.reports import Tally, headroom


@dataclass(frozen=True)
class Margin:
    """How far the year is from falling below a whole percentage, or from reaching it.

    `late`: so many more cases can be answered late while all the others are answered in time, and the year stays at or
    above; None when it ends below even if nothing more is late. Then `in_time` more cases than those that are known,
    all answered in time, would bring it up; None when nothing can.
    """

    percent: int
    late: int | None
    in_time: int | None = None


def margin(tally: Tally, percent: int) -> Margin:
    """Return how much more lateness the year can bear at or above a whole percentage."""
    undecided, known = tally.not_yet_due, tally.received
    settled = tally.on_time + tally.safe_already
    spare = 100 * (settled + undecided) - percent * known
    if spare < 0:
        return Margin(percent, None, -(spare // (100 - percent)) if percent < 100 else None)
    late = spare // 100
    if late >= undecided:  # all that are open may be late, and some that have not come yet besides
        late = undecided + headroom(settled, known, percent)
    return Margin(percent, late)


def margins(tally: Tally) -> tuple[Margin, Margin]:
    """Return how much the year can bear before it leaves the desired band, and before it is not approved."""
    return margin(tally, tally.bands.desired), margin(tally, tally.bands.lowest_accepted)
