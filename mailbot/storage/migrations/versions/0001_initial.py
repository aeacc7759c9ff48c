"""The first schema: what is in `storage.tables` at version 0.1."""

import sqlalchemy as sa
from alembic import op

import mailbot.storage.columns

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('outbox', sa.BigInteger(), nullable=False),
    sa.Column('at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('code', sa.Integer(), nullable=False),
    sa.Column('answer', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index('attempt_outbox', ['outbox'], unique=False)

    op.create_table('breaker',
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('opened_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('until', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('scope')
    )
    op.create_table('delivery',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.Column('message', sa.BigInteger(), nullable=True),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('collected_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('filed_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('mailbox', 'uidvalidity', 'uid', name='delivery_once')
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('delivery_message', ['message'], unique=False)
        batch_op.create_index('delivery_unfiled', ['mailbox'], unique=False, sqlite_where=sa.text('filed_at IS NULL'), postgresql_where=sa.text('filed_at IS NULL'))

    op.create_table('event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('ticket', sa.BigInteger(), nullable=True),
    sa.Column('message', sa.BigInteger(), nullable=True),
    sa.Column('outbox', sa.BigInteger(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('event_message', ['message'], unique=False)
        batch_op.create_index('event_ticket', ['ticket'], unique=False)

    op.create_table('job_run',
    sa.Column('job', sa.String(), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('job', 'local_date')
    )
    op.create_table('mailbox',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('cursor', sa.BigInteger(), nullable=False),
    sa.Column('server_count', sa.Integer(), nullable=False),
    sa.Column('last_success_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_arrival_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('failing_since', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('content_key', sa.String(), nullable=False),
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('truncated', sa.Boolean(), nullable=False),
    sa.Column('arrived_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('collected_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('judged_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('message_id_header', sa.Text(), server_default='', nullable=False),
    sa.Column('sender_email', sa.Text(), server_default='', nullable=False),
    sa.Column('sender_name', sa.Text(), server_default='', nullable=False),
    sa.Column('subject', sa.Text(), server_default='', nullable=False),
    sa.Column('sent_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), server_default='', nullable=False),
    sa.Column('new_text', sa.Text(), server_default='', nullable=False),
    sa.Column('thread', sa.Text(), server_default='', nullable=False),
    sa.Column('verdict', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('content_key')
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('message_header', ['message_id_header'], unique=False)
        batch_op.create_index('message_sender', ['sender_email'], unique=False)
        batch_op.create_index('message_state', ['state'], unique=False)
        batch_op.create_index('message_waiting', ['id'], unique=False, sqlite_where=sa.text("state = 'collected'"), postgresql_where=sa.text("state = 'collected'"))

    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('lane', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('domain', sa.String(), nullable=False),
    sa.Column('envelope_from', sa.String(), nullable=False),
    sa.Column('message_id_header', sa.String(), nullable=False),
    sa.Column('once_key', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('ticket', sa.BigInteger(), nullable=True),
    sa.Column('message', sa.BigInteger(), nullable=True),
    sa.Column('octets', sa.LargeBinary(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('next_attempt_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('claimed_by', sa.String(), nullable=True),
    sa.Column('sent_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('message_id_header', name='outbox_header'),
    sa.UniqueConstraint('once_key', name='outbox_once')
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('outbox_due', ['state', 'lane', 'next_attempt_at'], unique=False)
        batch_op.create_index('outbox_recipient', ['recipient', 'created_at'], unique=False)
        batch_op.create_index('outbox_ticket', ['ticket'], unique=False)

    op.create_table('party',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('ticket', sa.BigInteger(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ticket', 'email', name='party_once')
    )
    with op.batch_alter_table('party', schema=None) as batch_op:
        batch_op.create_index('party_email', ['email'], unique=False)

    op.create_table('raw',
    sa.Column('message', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('octets', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('message')
    )
    op.create_table('ticket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('conversation', sa.BigInteger(), nullable=True),
    sa.Column('merged_into', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('intent', sa.String(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('categories', sa.JSON(), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('place', sa.String(), nullable=True),
    sa.Column('phone', sa.String(), nullable=True),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('subject', sa.Text(), server_default='', nullable=False),
    sa.Column('requester_email', sa.Text(), server_default='', nullable=False),
    sa.Column('requester_name', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index('ticket_conversation', ['conversation'], unique=False)
        batch_op.create_index('ticket_queue', ['status', 'urgent', 'created_at'], unique=False)

    op.create_table('ticket_message',
    sa.Column('ticket', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('message', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('ticket', 'message')
    )
    with op.batch_alter_table('ticket_message', schema=None) as batch_op:
        batch_op.create_index('ticket_message_message', ['message'], unique=False)

    op.create_table('unreachable',
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('since', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('outbox', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('email')
    )
    op.create_table('worker',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('pid', sa.Integer(), nullable=False),
    sa.Column('started_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('beat_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )


def downgrade() -> None:
    op.drop_table('worker')
    op.drop_table('unreachable')
    with op.batch_alter_table('ticket_message', schema=None) as batch_op:
        batch_op.drop_index('ticket_message_message')

    op.drop_table('ticket_message')
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ticket_queue')
        batch_op.drop_index('ticket_conversation')

    op.drop_table('ticket')
    op.drop_table('raw')
    with op.batch_alter_table('party', schema=None) as batch_op:
        batch_op.drop_index('party_email')

    op.drop_table('party')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('outbox_ticket')
        batch_op.drop_index('outbox_recipient')
        batch_op.drop_index('outbox_due')

    op.drop_table('outbox')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('message_waiting', sqlite_where=sa.text("state = 'collected'"), postgresql_where=sa.text("state = 'collected'"))
        batch_op.drop_index('message_state')
        batch_op.drop_index('message_sender')
        batch_op.drop_index('message_header')

    op.drop_table('message')
    op.drop_table('mailbox')
    op.drop_table('job_run')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('event_ticket')
        batch_op.drop_index('event_message')

    op.drop_table('event')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('delivery_unfiled', sqlite_where=sa.text('filed_at IS NULL'), postgresql_where=sa.text('filed_at IS NULL'))
        batch_op.drop_index('delivery_message')

    op.drop_table('delivery')
    op.drop_table('breaker')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('attempt_outbox')

    op.drop_table('attempt')
