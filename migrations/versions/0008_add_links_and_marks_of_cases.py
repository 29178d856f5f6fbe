"""Add links between cases, and the marks by which cases from one sender or about one subject are found.

Marks are made from here on, and by the next correction of a case that is there: they matter for thirty days.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_case_links_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["cases.id"], name=op.f("fk_case_links_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["cases.id"], name=op.f("fk_case_links_second_id")),
        sa.ForeignKeyConstraint(["linked_by"], ["accounts.id"], name=op.f("fk_case_links_linked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_links")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_case_links_first_id_second_id")),
    )
    op.create_index(op.f("ix_case_links_second_id"), "case_links", ["second_id"])
    op.create_table(
        "case_marks",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.CheckConstraint("mark IN ('email', 'phone', 'subject')", name=op.f("ck_case_marks_mark")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_marks_case_id")),
        sa.PrimaryKeyConstraint("case_id", "mark", name=op.f("pk_case_marks")),
    )
    op.create_index("ix_case_marks_key", "case_marks", ["key", "received_on", "case_id", "mark"])


def downgrade() -> None:
    op.drop_table("case_marks")
    op.drop_table("case_links")
