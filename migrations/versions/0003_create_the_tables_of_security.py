"""Create the tables of sign-in, four eyes, the two logs and retention.

What is added to a table that is there has a default, so that the former version can go on writing to it.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "throttles",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_throttles")),
    )
    op.create_index("ix_throttles_began_at", "throttles", ["began_at"])
    op.create_table(
        "account_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_identities_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_account_identities_issuer_subject")),
    )
    op.create_index("ix_account_identities_account_id", "account_identities", ["account_id"])
    op.create_table(
        "disposal_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("for_day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_by", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["refused_by"], ["accounts.id"], name=op.f("fk_disposal_lists_refused_by")),
        sa.ForeignKeyConstraint(["replaced_by"], ["disposal_lists.id"], name=op.f("fk_disposal_lists_replaced_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_lists")),
    )
    op.create_table(
        "office_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["accounts.id"], name=op.f("fk_office_events_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_events")),
    )
    op.create_index("ix_office_events_subject", "office_events", ["subject", "subject_id", "id"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index("ix_recovery_codes_account_id", "recovery_codes", ["account_id"])
    op.create_table(
        "retention_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "keepsake",
            sa.Enum(
                "sender",
                "content",
                "notes",
                "access_log",
                name="keepsake",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 1200", name=op.f("ck_retention_rules_months")),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_retention_rules_kind_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rules")),
        sa.UniqueConstraint("keepsake", "scope", name=op.f("uq_retention_rules_keepsake_scope")),
    )
    op.create_table(
        "second_steps",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_second_steps_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_steps")),
    )
    op.create_table(
        "access_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=True),
        sa.Column("shown", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_access_entries_account_id")),
        sa.ForeignKeyConstraint(["token_id"], ["api_tokens.id"], name=op.f("fk_access_entries_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_entries")),
    )
    op.create_index("ix_access_entries_account", "access_entries", ["account_id", "at", "id"])
    op.create_index("ix_access_entries_action", "access_entries", ["action", "at", "id"])
    op.create_index("ix_access_entries_at", "access_entries", ["at", "id"])
    op.create_index("ix_access_entries_reference", "access_entries", ["reference", "at", "id"])
    op.create_table(
        "disposal_approvals",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "assessment",
            sa.Enum(
                "archived",
                "nothing_to_preserve",
                name="assessment",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_disposal_approvals_account_id")),
        sa.ForeignKeyConstraint(["list_id"], ["disposal_lists.id"], name=op.f("fk_disposal_approvals_list_id")),
        sa.PrimaryKeyConstraint("list_id", "account_id", name=op.f("pk_disposal_approvals")),
    )
    op.create_table(
        "disposal_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column(
            "keepsake",
            sa.Enum(
                "sender",
                "content",
                "notes",
                "access_log",
                name="keepsake",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "disposed",
                "gone",
                "not_closed",
                "pending",
                "not_due",
                name="item_outcome",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_disposal_items_case_id")),
        sa.ForeignKeyConstraint(["list_id"], ["disposal_lists.id"], name=op.f("fk_disposal_items_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_items")),
    )
    op.create_index("ix_disposal_items_case_id", "disposal_items", ["case_id"])
    op.create_index("ix_disposal_items_list", "disposal_items", ["list_id", "id"])
    op.create_table(
        "disposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column(
            "keepsake",
            sa.Enum(
                "sender",
                "content",
                "notes",
                "access_log",
                name="keepsake",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_disposals_case_id")),
        sa.ForeignKeyConstraint(["list_id"], ["disposal_lists.id"], name=op.f("fk_disposals_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposals")),
    )
    op.create_index("ix_disposals_case_id", "disposals", ["case_id"])
    op.create_index("ix_disposals_list_id", "disposals", ["list_id"])
    op.create_table(
        "pending_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "approved",
                "refused",
                "withdrawn",
                "lapsed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "decided_by <> proposed_by OR outcome = 'withdrawn'", name=op.f("ck_pending_changes_second_person")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (outcome IS NULL)", name=op.f("ck_pending_changes_decided_with_outcome")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_pending_changes_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_pending_changes_decided_by")),
        sa.ForeignKeyConstraint(["event_id"], ["case_events.id"], name=op.f("fk_pending_changes_event_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_pending_changes_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_changes")),
    )
    op.create_index(
        "uq_pending_changes_case",
        "pending_changes",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    with op.batch_alter_table("account_sessions") as table:
        table.add_column(
            sa.Column(
                "stage",
                sa.Enum(
                    "second_step",
                    "enrolment",
                    "full",
                    name="stage",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                nullable=False,
                server_default="full",
            )
        )
        table.add_column(sa.Column("browser", sa.String(length=200), nullable=True))
    op.add_column("accounts", sa.Column("break_glass", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("api_tokens", sa.Column("name", sa.String(length=100), nullable=True))
    op.add_column("api_tokens", sa.Column("window_began_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_tokens", sa.Column("window_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("letters", sa.Column("link_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("case_personal", sa.Column("sender_erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("case_personal", sa.Column("content_erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("memberships") as table:
        table.add_column(
            sa.Column(
                "origin",
                sa.Enum("local", "oidc", name="origin", native_enum=False, create_constraint=True, length=30),
                nullable=False,
                server_default="local",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("memberships") as table:
        table.drop_constraint(op.f("ck_memberships_origin"), type_="check")
        table.drop_column("origin")
    op.drop_column("case_personal", "content_erased_at")
    op.drop_column("case_personal", "sender_erased_at")
    op.drop_column("letters", "link_until")
    op.drop_column("api_tokens", "window_count")
    op.drop_column("api_tokens", "window_began_at")
    op.drop_column("api_tokens", "name")
    op.drop_column("accounts", "break_glass")
    with op.batch_alter_table("account_sessions") as table:
        table.drop_constraint(op.f("ck_account_sessions_stage"), type_="check")
        table.drop_column("browser")
        table.drop_column("stage")

    op.drop_table("pending_changes")
    op.drop_table("disposals")
    op.drop_table("disposal_items")
    op.drop_table("disposal_approvals")
    op.drop_table("access_entries")
    op.drop_table("second_steps")
    op.drop_table("retention_rules")
    op.drop_table("recovery_codes")
    op.drop_table("office_events")
    op.drop_table("disposal_lists")
    op.drop_table("account_identities")
    op.drop_table("throttles")
