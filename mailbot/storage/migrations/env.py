"""How Alembic reaches the database: through the connection that `storage.schema` hands it."""

from alembic import context
from sqlmodel import SQLModel

from mailbot.storage import tables

assert tables.MESSAGE is not None  # importing the tables fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
