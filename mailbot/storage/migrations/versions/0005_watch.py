"""What the breaker looks at every few seconds is found without reading all that ever left."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_sent", "outbox", ["sent_at"])
    op.create_index("event_kind", "event", ["kind", "at"])


def downgrade() -> None:
    op.drop_index("event_kind", table_name="event")
    op.drop_index("outbox_sent", table_name="outbox")
