from __future__ import annotations

from tests.delivery.conftest import Post


async def test_what_is_due_arrives_once_with_its_text_and_buttons(post: Post):
    await post.member(7, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 1
    assert await dispatcher.run_due() == 0
    (message,) = post.discord.messages[1007]
    assert message["content"].startswith("A week ago you noted Rosa.")
    rows = [[part["label"] for part in row["components"]] for row in message["components"]]
    assert rows == [["Draft", "I asked", "Not for me"], ["Today", "Fewer messages"]]
    assert post.discord.asked == ["send"]
