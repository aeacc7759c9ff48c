"""How Alembic reaches the database: through the connection that `storage.schema` hands it."""

from typing import Any

from alembic import context
from sqlmodel import AutoString, SQLModel

from mailbot.storage import answers_tables, desk_tables, matching_tables, tables


def render_item(kind: str, item: Any, _autogenerate: Any) -> Any:
    """Write text columns in SQLAlchemy's own words, so that a migration needs no SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


assert all((tables, matching_tables, desk_tables, answers_tables))  # importing the tables fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render_item,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
