"""consent, introductions, and who does what."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LOCKS = (
    "create policy opened on submissions for select to c34_release using (true)",
    "alter table acquaintances enable row level security",
    "alter table acquaintances force row level security",
    """
    create policy given on acquaintances to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    """
    create policy received on acquaintances for select to c34_app using ((recipient_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (recipient_id = '00000000-0000-0000-0000-000000000000' and (select cardinality((select nullif(current_setting('app.districts', true), ''))::uuid[])) > 0)) and (recipient_id = '00000000-0000-0000-0000-000000000000' or recipient_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now())))) and (select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()) and m.district_id is not null)))
    """,
    "create policy vault on acquaintances for select to c34_release using (true)",
    "create policy added on acquaintances for insert to c34_release with check (true)",
    "grant select, insert, update on acquaintances to c34_app",
    "grant select, insert on acquaintances to c34_release",
    "alter table inquiry_origins enable row level security",
    "alter table inquiry_origins force row level security",
    "create policy vault on inquiry_origins for select to c34_release using (true)",
    "create policy release on inquiry_origins for insert to c34_release with check (true)",
    "grant select, insert on inquiry_origins to c34_release",
    "alter table practices enable row level security",
    "alter table practices force row level security",
    """
    create policy given on practices to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    """
    create policy received on practices for select to c34_app using ((recipient_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (recipient_id = '00000000-0000-0000-0000-000000000000' and (select cardinality((select nullif(current_setting('app.districts', true), ''))::uuid[])) > 0)) and (recipient_id = '00000000-0000-0000-0000-000000000000' or recipient_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now())))) and (select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()) and m.district_id is not null)))
    """,
    "create policy vault on practices for select to c34_release using (true)",
    "create policy added on practices for insert to c34_release with check (true)",
    """
    create policy told on practices for update to c34_release using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]))
    """,
    "grant select on practices to c34_app",
    "grant select, insert, update on practices to c34_release",
    "alter table consents enable row level security",
    "alter table consents force row level security",
    """
    create policy given on consents to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    """
    create policy received on consents for select to c34_app using ((recipient_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (recipient_id = '00000000-0000-0000-0000-000000000000' and (select cardinality((select nullif(current_setting('app.districts', true), ''))::uuid[])) > 0)) and (recipient_id = '00000000-0000-0000-0000-000000000000' or recipient_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now())))) and (select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()) and m.district_id is not null)))
    """,
    "create policy vault on consents for select to c34_release using (true)",
    "create policy added on consents for insert to c34_release with check (true)",
    "grant select, insert, update on consents to c34_app",
    "grant select, insert on consents to c34_release",
    "alter table inquiries enable row level security",
    "alter table inquiries force row level security",
    """
    create policy reach on inquiries to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy vault on inquiries for select to c34_release using (true)",
    "create policy posed on inquiries for insert to c34_release with check (true)",
    """
    create policy answered on inquiries for update to c34_release using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]))
    """,
    "create policy counted on inquiries for select to c34_owner using (true)",
    """
    create policy resealed on inquiries for update to c34_owner using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "grant select on inquiries to c34_app",
    "grant select, insert, update on inquiries to c34_release",
    "alter table introductions enable row level security",
    "alter table introductions force row level security",
    """
    create policy reach on introductions to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy vault on introductions for select to c34_release using (true)",
    """
    create policy asked on introductions for insert to c34_release with check (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]))
    """,
    "create policy counted on introductions for select to c34_owner using (true)",
    """
    create policy resealed on introductions for update to c34_owner using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "grant select on introductions to c34_app",
    "grant select, insert on introductions to c34_release",
)


def upgrade() -> None:
    """Wait for no lock longer than a request may."""
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "acquaintances",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("introduction_id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("recipient_contact", sa.Text(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_acquaintances")),
    )
    op.create_index(
        op.f("ix_acquaintances_recipient_id"), "acquaintances", ["recipient_id"], unique=False
    )
    op.create_table(
        "inquiry_origins",
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("introduction_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_inquiry_origins_district_id")
        ),
        sa.PrimaryKeyConstraint("inquiry_id", name=op.f("pk_inquiry_origins")),
    )
    op.create_index(
        op.f("ix_inquiry_origins_introduction_id"),
        "inquiry_origins",
        ["introduction_id"],
        unique=False,
    )
    op.create_table(
        "practices",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("yearly_cost", sa.Numeric(), nullable=True),
        sa.Column("adopted_in", sa.Integer(), nullable=True),
        sa.Column("regrets", sa.Text(), nullable=True),
        sa.Column("told_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_practices_district_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_practices_topic_id")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_practices")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_practices_district_id_code")),
    )
    op.create_index(op.f("ix_practices_recipient_id"), "practices", ["recipient_id"], unique=False)
    op.create_index(op.f("ix_practices_topic_id"), "practices", ["topic_id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("mutual", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_consents_district_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_consents_item_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_consents_round_id")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_consents")),
    )
    op.create_index(
        op.f("ix_consents_item_id_round_id"), "consents", ["item_id", "round_id"], unique=False
    )
    op.create_index(op.f("ix_consents_recipient_id"), "consents", ["recipient_id"], unique=False)
    op.create_table(
        "inquiries",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meets", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_inquiries_district_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_inquiries_item_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_inquiries_round_id")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_inquiries")),
    )
    op.create_table(
        "introductions",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_introductions_district_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_introductions_item_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_introductions_round_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_introductions")),
    )
    for statement in LOCKS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("drop policy opened on submissions")
    op.drop_table("consents")
    op.drop_table("introductions")
    op.drop_table("inquiries")
    op.drop_table("inquiry_origins")
    op.drop_table("acquaintances")
    op.drop_table("practices")
