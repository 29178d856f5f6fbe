"""Who does which kind of long work."""

from collections.abc import Mapping

from dialogen.domain.errands import ErrandKind
from dialogen.services import import_errands, list_errands, look_errands
from dialogen.services.errand_work import Performer

PERFORMERS: Mapping[ErrandKind, Performer] = {
    ErrandKind.IMPORT_CHECK: import_errands.check_import,
    ErrandKind.IMPORT: import_errands.run_import,
    ErrandKind.CASE_LIST: list_errands.write_list,
    ErrandKind.ACCESS_LOG: look_errands.write_looks,
}
