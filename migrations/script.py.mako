"""${message}

Say here what and why.

Revision: ${up_revision}, after ${down_revision | comma,n}
"""
# A migration runs while the former version still answers: add before you use, stop using before you drop. Keep
# changes of the schema and of data apart. No lock on a large table longer than a moment. It must go down as well as up.
# batch_alter_table of a log or of cases loses its triggers on SQLite: make them again (dialogen/database/triggers.py).

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
