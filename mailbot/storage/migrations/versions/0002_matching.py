"""What `storage.matching_tables` adds: records of requests and offers, matches, digests, questions."""

import sqlalchemy as sa
from alembic import op

import mailbot.storage.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ask',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('ticket', sa.BigInteger(), nullable=False),
    sa.Column('match', sa.BigInteger(), nullable=True),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('once_key', sa.String(), nullable=False),
    sa.Column('asked_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('answered_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('once_key', name='ask_once')
    )
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.create_index('ask_match', ['match'], unique=False)
        batch_op.create_index('ask_ticket', ['ticket'], unique=False)

    op.create_table('digest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('matchmaker', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('occasion', sa.String(), nullable=False),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('sent_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('matchmaker', 'occasion', name='digest_once')
    )
    op.create_table('digest_answer',
    sa.Column('digest', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('command', sa.String(), nullable=False),
    sa.Column('at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('message', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('digest', 'number', 'command')
    )
    op.create_table('digest_line',
    sa.Column('digest', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('match', sa.BigInteger(), nullable=False),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('digest', 'number')
    )
    with op.batch_alter_table('digest_line', schema=None) as batch_op:
        batch_op.create_index('digest_line_match', ['match'], unique=False)

    op.create_table('help_offer',
    sa.Column('ticket', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('precision', sa.String(), nullable=False),
    sa.Column('street', sa.Text(), server_default='', nullable=False),
    sa.Column('postcode', sa.String(), nullable=False),
    sa.Column('district', sa.String(), nullable=False),
    sa.Column('slots', sa.BigInteger(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('reach_km', sa.Float(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('vehicle', sa.Boolean(), nullable=False),
    sa.Column('minor', sa.Boolean(), nullable=False),
    sa.Column('consent', sa.Boolean(), nullable=False),
    sa.Column('risk_group', sa.Boolean(), nullable=False),
    sa.Column('ill', sa.Boolean(), nullable=False),
    sa.Column('waiting_since', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('paused_until', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('silences', sa.Integer(), nullable=False),
    sa.Column('seed', sa.JSON(), nullable=False),
    sa.Column('updated_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('ticket')
    )
    with op.batch_alter_table('help_offer', schema=None) as batch_op:
        batch_op.create_index('help_offer_state', ['state'], unique=False)

    op.create_table('help_request',
    sa.Column('ticket', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('precision', sa.String(), nullable=False),
    sa.Column('street', sa.Text(), server_default='', nullable=False),
    sa.Column('postcode', sa.String(), nullable=False),
    sa.Column('district', sa.String(), nullable=False),
    sa.Column('slots', sa.BigInteger(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('for_profit', sa.Boolean(), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('recurs', sa.Boolean(), nullable=False),
    sa.Column('family', sa.JSON(), nullable=False),
    sa.Column('since', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('matchmaker', sa.String(), nullable=False),
    sa.Column('seed', sa.JSON(), nullable=False),
    sa.Column('updated_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('ticket')
    )
    with op.batch_alter_table('help_request', schema=None) as batch_op:
        batch_op.create_index('help_request_state', ['state'], unique=False)

    op.create_table('match',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('request', sa.BigInteger(), nullable=False),
    sa.Column('offer', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('since', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('deadline', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('metres', sa.Integer(), nullable=False),
    sa.Column('postcode_only', sa.Boolean(), nullable=False),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.Column('reserves', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('code_word', sa.String(), nullable=False),
    sa.Column('proposed_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('contacted_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('started_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.create_index('match_never_again', ['request', 'offer'], unique=True, sqlite_where=sa.text("state IN ('proposed', 'accepted', 'contacted', 'active', 'declined')"), postgresql_where=sa.text("state IN ('proposed', 'accepted', 'contacted', 'active', 'declined')"))
        batch_op.create_index('match_offer', ['offer'], unique=False)
        batch_op.create_index('match_one_open_proposal', ['offer'], unique=True, sqlite_where=sa.text("state IN ('proposed', 'accepted')"), postgresql_where=sa.text("state IN ('proposed', 'accepted')"))
        batch_op.create_index('match_state', ['state', 'deadline'], unique=False)

    op.create_table('match_consent',
    sa.Column('match', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('via', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('match', 'side')
    )
    op.create_table('matchmaker',
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('districts', sa.JSON(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('coordinator', sa.Boolean(), nullable=False),
    sa.Column('absent_until', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('updated_at', mailbot.storage.columns.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('address')
    )


def downgrade() -> None:
    op.drop_table('matchmaker')
    op.drop_table('match_consent')
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.drop_index('match_state')
        batch_op.drop_index('match_one_open_proposal', sqlite_where=sa.text("state IN ('proposed', 'accepted')"), postgresql_where=sa.text("state IN ('proposed', 'accepted')"))
        batch_op.drop_index('match_offer')
        batch_op.drop_index('match_never_again', sqlite_where=sa.text("state IN ('proposed', 'accepted', 'contacted', 'active', 'declined')"), postgresql_where=sa.text("state IN ('proposed', 'accepted', 'contacted', 'active', 'declined')"))

    op.drop_table('match')
    with op.batch_alter_table('help_request', schema=None) as batch_op:
        batch_op.drop_index('help_request_state')

    op.drop_table('help_request')
    with op.batch_alter_table('help_offer', schema=None) as batch_op:
        batch_op.drop_index('help_offer_state')

    op.drop_table('help_offer')
    with op.batch_alter_table('digest_line', schema=None) as batch_op:
        batch_op.drop_index('digest_line_match')

    op.drop_table('digest_line')
    op.drop_table('digest_answer')
    op.drop_table('digest')
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.drop_index('ask_ticket')
        batch_op.drop_index('ask_match')

    op.drop_table('ask')
