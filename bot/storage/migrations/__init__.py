"""Alembic's migrations; ``HEAD`` spares importing Alembic when there is nothing to do."""

HEAD = "0001"
