from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import AssistantTable
from bot.upkeep.assistant import check_assistant
from tests.assistant.answering import Model, serve


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    async with serve(Model()) as served:
        yield served


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_ASSISTANT__KEY", "right")


async def check(url: str, **settings) -> list[tuple[str, str]]:
    table = AssistantTable(**{"url": url, "model": "some-model", "timeout_seconds": 0.5} | settings)
    return [(finding.level, finding.what) for finding in await check_assistant(table)]


async def test_no_assistant_is_nothing_to_speak_of():
    assert await check_assistant(AssistantTable()) == []


async def test_one_that_answers_is_fine_and_gets_no_text(model: Model):
    ((level, what),) = await check(model.url)
    assert (level, "the model is some-model" in what) == ("ok", True)
    assert (model.keys, model.asked) == (["Bearer right"], [])


async def test_a_key_that_is_not_accepted_is_named(model: Model, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAPPORT_ASSISTANT__KEY", "wrong")
    ((level, what),) = await check(model.url)
    assert (level, "does not accept the key" in what) == ("bad", True)


async def test_a_key_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("RAPPORT_ASSISTANT__KEY")
    ((level, what),) = await check("https://a.example", key_file=Path("/nowhere/key"))
    assert (level, "key_file cannot be read" in what) == ("bad", True)


async def test_a_model_that_it_does_not_have_is_named(model: Model):
    model.models = ("other", "another")
    ((level, what),) = await check(model.url)
    assert (level, "has no some-model" in what) == ("warn", True)


async def test_one_that_lists_no_models_may_be_fine(model: Model):
    ((level, _),) = await check(model.url.replace("/v1", "/other/v1"))
    assert level == "ok"


async def test_one_that_is_not_there_is_a_warning():
    ((level, what),) = await check("http://127.0.0.1:9/v1")
    assert (level, "cannot be reached" in what) == ("warn", True)


async def test_plain_http_over_the_net_is_a_warning():
    found = await check("http://192.0.2.1.example:1/v1", timeout_seconds=0.05)
    assert found[0] == ("warn", "Assistant: drafts go to 192.0.2.1.example:1 unencrypted.")
