"""Index the few cases that a statistician looks at before trusting a year's figure.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_AFTERWARDS = sa.text("answered_on < registered_on")
_MOVED = '{"field": "stream", "before": "external", "after": "internal"}'


def upgrade() -> None:
    op.create_index(
        "ix_cases_afterwards",
        "cases",
        ["stream", "received_on", "exclusion"],
        sqlite_where=_AFTERWARDS,
        postgresql_where=_AFTERWARDS,
    )
    op.create_index(
        "ix_case_events_moved",
        "case_events",
        ["case_id"],
        sqlite_where=sa.text(f"instr(changes, '{_MOVED}') > 0"),
        postgresql_where=sa.text(f"strpos(changes::text, '{_MOVED}') > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_events_moved", "case_events")
    op.drop_index("ix_cases_afterwards", "cases")
