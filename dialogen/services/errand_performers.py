"""Who does which kind of long work."""

from collections.abc import Mapping

from dialogen.domain.errands import ErrandKind
from dialogen.services.errand_work import Performer

PERFORMERS: Mapping[ErrandKind, Performer] = {}
