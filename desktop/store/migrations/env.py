"""Alembic's entry: runs the steps on the connection it was handed, inside the transaction that connection is in."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
