"""A digest remembers which requests without a candidate it showed a question for, so that it can be answered."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("digest", sa.Column("missing", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    with op.batch_alter_table("digest") as table:
        table.drop_column("missing")
