"""Let an account say in which language it reads.

Revision: 0006, after 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not by batch_alter_table: it would recreate a table on SQLite that most others refer to.
    check = "CONSTRAINT ck_accounts_language CHECK (language IN ('nb', 'nn', 'en'))"
    op.execute(f"ALTER TABLE accounts ADD COLUMN language VARCHAR(30) {check}")


def downgrade() -> None:
    op.drop_column("accounts", "language")
