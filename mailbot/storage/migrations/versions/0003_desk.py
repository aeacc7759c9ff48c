"""What `storage.desk_tables` adds, what a ticket knows of the desk's work, and the words to search by."""

import sqlalchemy as sa
from alembic import op

from mailbot.storage.columns import UTCDateTime
from mailbot.storage.search_schema import create_search, drop_search

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENTS = ("waits_since", "claimed_until", "snoozed_until")
NAMES = ("claimed_by", "assigned_to")
NEWS = ("last_news", "seen_news", "answered_news")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("ticket", sa.Column(name, UTCDateTime(timezone=True), nullable=True))
    for name in NAMES:
        op.add_column("ticket", sa.Column(name, sa.String(), nullable=True))
    for name in NEWS:
        op.add_column("ticket", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_table(
        "draft",
        sa.Column("ticket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "author"),
    )
    op.create_table(
        "ticket_link",
        sa.Column("low", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("high", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("low", "high"),
    )
    op.create_table(
        "forwarded",
        _identity(),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("spoc", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("after_letter", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("forwarded_ticket", "forwarded", ["ticket"])
    op.create_table(
        "colleague",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "duty",
        _identity(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("colleague", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("day", "shift", "seat", name="duty_once"),
    )
    create_search(op.get_bind())


def _identity() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False)


def downgrade() -> None:
    drop_search(op.get_bind())
    for name in ("duty", "colleague", "forwarded", "ticket_link", "draft"):
        op.drop_table(name)
    with op.batch_alter_table("ticket") as batch:
        for name in (*MOMENTS, *NAMES, *NEWS):
            batch.drop_column(name)
