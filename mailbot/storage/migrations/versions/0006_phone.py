"""Who calls is found by the number among a million tickets without reading them all."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GIVEN = sa.text("phone IS NOT NULL")


def upgrade() -> None:
    op.create_index("ticket_phone", "ticket", ["phone"], sqlite_where=GIVEN, postgresql_where=GIVEN)


def downgrade() -> None:
    op.drop_index("ticket_phone", table_name="ticket")
