from __future__ import annotations

import pytest
from sqlalchemy import event

from bot.notebook.pages import load_pages
from bot.storage.db import Database
from bot.storage.session import Session

KEYS = ("aaaaaaaaaaaaa", "bbbbbbbbbbbbb")


async def plan_of(session: Session, keys: tuple[str, ...]) -> list[str]:
    """Tell how SQLite finds the rows of these people's pages."""
    seen: list[tuple[str, object]] = []

    def see(*happened: object):
        seen.append(happened[2:4])  # after the connection and the cursor

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", see)
    try:
        await load_pages(session, keys, owner_id=1)
    finally:
        event.remove(engine, "before_cursor_execute", see)
    ((statement, given),) = seen
    connection = session._connection
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
    return [row.detail for row in rows if row.detail.startswith(("SEARCH", "SCAN"))]


@pytest.mark.parametrize("keys", [KEYS[:1], KEYS], ids=["one", "many"])
async def test_pages_are_found_by_their_people_however_many_the_owner_knows(
    sqlite_db: Database, keys: tuple[str, ...]
):
    steps = await sqlite_db.load(plan_of, keys)
    searches = [step for step in steps if step.startswith("SEARCH")]
    assert len(searches) >= 8
    assert [step for step in searches if "owner_id=?" in step] == []
    assert {*steps} - {*searches} == {"SCAN wanted", "SCAN 6 CONSTANT ROWS"}  # of the keys
