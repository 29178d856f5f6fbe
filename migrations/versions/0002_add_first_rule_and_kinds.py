"""Add what every installation starts with: the rule of 14 days, and the usual kinds of inquiry.

Rule version 1 has no beginning (domain.md 3). The kinds are a start; an administrator edits the list.

Revision: 0002, after 0001
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = (
    ("question", "spørsmål"),
    ("suggestion", "forslag"),
    ("fault_report", "feilmelding"),
    ("complaint", "klage"),
    ("praise", "ros"),
    ("access_request", "innsynskrav"),
)

rules = sa.table(
    "deadline_rules",
    sa.column("version", sa.Integer),
    sa.column("days", sa.Integer),
    sa.column("roll", sa.String),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
kinds = sa.table(
    "kinds",
    sa.column("word", sa.String),
    sa.column("word_key", sa.String),
    sa.column("name", sa.String),
    sa.column("name_key", sa.String),
    sa.column("in_use", sa.Boolean),
)


def upgrade() -> None:
    op.bulk_insert(rules, [{"version": 1, "days": 14, "roll": "none", "created_at": datetime.now(UTC)}])
    op.bulk_insert(
        kinds,
        [
            {"word": word, "word_key": word.replace("_", " "), "name": name, "name_key": name, "in_use": True}
            for word, name in KINDS
        ],
    )


def downgrade() -> None:
    op.execute(kinds.delete().where(kinds.c.word.in_([word for word, _ in KINDS])))
    op.execute(rules.delete().where(rules.c.version == 1))
