"""Let requests for documents fall under offentleglova, and add the kind of requests for one's own personal data.

A kind that has the new one's word or name already is left as it is, for the administrator to say.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

kinds = sa.table(
    "kinds",
    sa.column("id", sa.Integer),
    sa.column("word", sa.String),
    sa.column("word_key", sa.String),
    sa.column("name", sa.String),
    sa.column("name_key", sa.String),
    sa.column("in_use", sa.Boolean),
    sa.column("law", sa.String),
)
cases = sa.table("cases", sa.column("kind_id", sa.Integer))
WORD, WORD_KEY, NAME = "personal_data_request", "personal data request", "innsyn i egne personopplysninger"


def upgrade() -> None:
    op.execute(kinds.update().where(kinds.c.word == "access_request").values(law="offentleglova"))
    keys = (WORD_KEY, NAME)
    there = sa.select(kinds.c.word).where(sa.or_(kinds.c.word_key.in_(keys), kinds.c.name_key.in_(keys)))
    if op.get_bind().execute(there.limit(1)).first() is None:
        row = {"word": WORD, "word_key": WORD_KEY, "name": NAME, "name_key": NAME, "in_use": True, "law": "gdpr"}
        op.bulk_insert(kinds, [row])


def downgrade() -> None:
    used = sa.select(cases.c.kind_id).where(cases.c.kind_id.is_not(None))
    op.execute(kinds.delete().where(kinds.c.word == WORD, kinds.c.id.not_in(used)))
