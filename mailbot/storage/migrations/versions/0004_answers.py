"""What `storage.answers_tables` adds: which answer was told to whom, in which wording."""

import sqlalchemy as sa
from alembic import op

import mailbot.storage.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('told',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('text_hash', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('ticket', sa.BigInteger(), nullable=False),
    sa.Column('message', sa.BigInteger(), nullable=True),
    sa.Column('mail', sa.String(), nullable=False),
    sa.Column('question', sa.Text(), server_default='', nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('told_by', sa.String(), nullable=False),
    sa.Column('told_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('doubted_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('told', schema=None) as batch_op:
        batch_op.create_index('told_answer', ['answer', 'text_hash'], unique=False)
        batch_op.create_index('told_ticket', ['ticket'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('told', schema=None) as batch_op:
        batch_op.drop_index('told_ticket')
        batch_op.drop_index('told_answer')
    op.drop_table('told')
