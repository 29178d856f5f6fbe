"""Add letters to senders, their templates and the units' choice of receipts, and how a case was answered.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PURPOSE = "purpose IN ('answer', 'interim_reply', 'receipt')"
LANGUAGE = "language IN ('nb', 'nn', 'en')"
ON_ITS_WAY = sa.text("state IN ('waiting', 'claimed')")
STOPPED = sa.text("state = 'dead'")
ANSWER = sa.text("purpose = 'answer' AND state IN ('waiting', 'claimed')")
RECEIPT = sa.text("purpose = 'receipt'")


def upgrade() -> None:
    # Not by batch_alter_table: it would recreate a table on SQLite that most others refer to, and lose its triggers.
    manners = "answer_manner IN ('email', 'letter', 'phone', 'meeting', 'other')"
    check = f"CONSTRAINT ck_cases_answer_manner CHECK ({manners})"
    op.execute(f"ALTER TABLE cases ADD COLUMN answer_manner VARCHAR(30) {check}")
    op.create_table(
        "letter_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(PURPOSE, name=op.f("ck_letter_templates_purpose")),
        sa.CheckConstraint(LANGUAGE, name=op.f("ck_letter_templates_language")),
        sa.CheckConstraint("(unit_id IS NULL) = (scope = '*')", name=op.f("ck_letter_templates_scope_is_unit")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_letter_templates_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_templates")),
        sa.UniqueConstraint("scope", "purpose", "name_key", name=op.f("uq_letter_templates_scope_purpose_name_key")),
    )
    op.create_index(op.f("ix_letter_templates_unit_id"), "letter_templates", ["unit_id"])
    op.create_table(
        "receipt_rules",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_receipt_rules_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_receipt_rules")),
    )
    _create_letters()


def _create_letters() -> None:
    states = "state IN ('draft', 'waiting', 'claimed', 'sent', 'shown', 'dropped', 'dead')"
    ends = "dropped_for IN ('answered', 'excluded', 'withdrawn', 'no_address')"
    op.create_table(
        "case_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=30), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("extends", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("from_name", sa.String(length=450), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=200), nullable=True),
        sa.Column("claim_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_for", sa.String(length=30), nullable=True),
        sa.Column("last_answer", sa.String(length=500), nullable=True),
        sa.CheckConstraint(PURPOSE, name=op.f("ck_case_letters_purpose")),
        sa.CheckConstraint(LANGUAGE, name=op.f("ck_case_letters_language")),
        sa.CheckConstraint(states, name=op.f("ck_case_letters_state")),
        sa.CheckConstraint(ends, name=op.f("ck_case_letters_dropped_for")),
        sa.CheckConstraint(
            "(dropped_for IS NOT NULL) = (state = 'dropped')", name=op.f("ck_case_letters_reason_when_dropped")
        ),
        sa.CheckConstraint(
            "expected_on IS NOT NULL OR purpose <> 'interim_reply'",
            name=op.f("ck_case_letters_interim_reply_has_a_day"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_letters_case_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["accounts.id"], name=op.f("fk_case_letters_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_letters")),
        sa.UniqueConstraint("message_id", name=op.f("uq_case_letters_message_id")),
    )
    _index("ix_case_letters_case", ["case_id", "id"])
    _index("ix_case_letters_unfinished", ["id"], where=ON_ITS_WAY)
    _index("ix_case_letters_stopped", ["case_id"], where=STOPPED)
    _index("uq_case_letters_answer", ["case_id"], where=ANSWER, unique=True)
    _index("uq_case_letters_receipt", ["case_id"], where=RECEIPT, unique=True)
    _index("ix_case_letters_receipts_to", ["to_address", "created_at"], where=RECEIPT)


def _index(name: str, columns: list[str], *, where: sa.TextClause | None = None, unique: bool = False) -> None:
    op.create_index(name, "case_letters", columns, unique=unique, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("case_letters")
    op.drop_table("receipt_rules")
    op.drop_table("letter_templates")
    op.drop_column("cases", "answer_manner")
