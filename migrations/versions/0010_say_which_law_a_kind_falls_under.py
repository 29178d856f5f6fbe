"""Say of a kind of inquiry which law has a deadline of its own for it.

Revision: 0010, after 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not by batch_alter_table: it would recreate a table on SQLite that cases refer to.
    check = "CONSTRAINT ck_kinds_law CHECK (law IN ('offentleglova', 'gdpr'))"
    op.execute(f"ALTER TABLE kinds ADD COLUMN law VARCHAR(30) {check}")


def downgrade() -> None:
    op.drop_column("kinds", "law")
