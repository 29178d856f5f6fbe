"""Add the retention times that every installation starts with; an administrator edits them.

The body sets its own retention times (arkivforskrifta 2025 § 3); these are a start that a municipality can defend.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MONTHS = {"sender": 24, "content": 60, "notes": 60, "access_log": 12}

rules = sa.table(
    "retention_rules",
    sa.column("keepsake", sa.String),
    sa.column("scope", sa.String),
    sa.column("months", sa.Integer),
)


def upgrade() -> None:
    op.bulk_insert(rules, [{"keepsake": what, "scope": "*", "months": months} for what, months in MONTHS.items()])


def downgrade() -> None:
    op.execute(rules.delete())
