"""Keep the steps of alerts by unit in versions, so that they can be changed and looked back at.

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WHOLE = (
    "(handler IS NULL) = (manager IS NULL) AND (handler IS NULL) = (again_from IS NULL)"
    " AND (handler IS NULL) = (again_every IS NULL) AND (handler IS NOT NULL OR unit_id IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "ladders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("handler", sa.String(length=300), nullable=True),
        sa.Column("manager", sa.String(length=300), nullable=True),
        sa.Column("again_from", sa.Integer(), nullable=True),
        sa.Column("again_every", sa.Integer(), nullable=True),
        sa.Column("medium", sa.String(length=30), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("medium IN ('email')", name=op.f("ck_ladders_medium")),
        sa.CheckConstraint("(unit_id IS NULL) = (scope = '*')", name=op.f("ck_ladders_scope_is_unit")),
        sa.CheckConstraint(_WHOLE, name=op.f("ck_ladders_whole_or_default")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_ladders_unit_id")),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_ladders_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladders")),
        sa.UniqueConstraint("scope", "version", name=op.f("uq_ladders_scope_version")),
    )
    op.create_index(op.f("ix_ladders_unit_id"), "ladders", ["unit_id"])


def downgrade() -> None:
    op.drop_table("ladders")
