"""Add saved views of the list of cases and how each account's list begins, and index cases by the day they came.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_saved_views_account_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_saved_views_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("scope", "name_key", name=op.f("uq_saved_views_scope_name_key")),
    )
    op.create_table(
        "list_defaults",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=True),
        sa.Column("columns", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_list_defaults_account_id")),
        sa.ForeignKeyConstraint(["view_id"], ["saved_views.id"], name=op.f("fk_list_defaults_view_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_list_defaults")),
    )
    op.create_index(op.f("ix_list_defaults_view_id"), "list_defaults", ["view_id"])
    op.create_index("ix_cases_received", "cases", ["received_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_cases_received", table_name="cases")
    op.drop_table("list_defaults")
    op.drop_table("saved_views")
