"""Slips are found in a process of its own; without the checker nothing breaks."""

from __future__ import annotations

import asyncio
import sys

import pytest
import pytest_asyncio

from bot.proofreading import Proofreader
from bot.rules.review import Fault

LETTER = (
    "Dear Milica,\n\nThank you for you're time. I recieved you advice about the Univerzitet and i "
    "will write to Ana Kovač at ana.kovac@nis-lab.edu, as you said. It helped me alot.\n\n"
    "[what did you enjoyed?]\n\nBest,\nStefan Đorđević"
)
SLOW_MACHINE = 60.0


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def proofreader():
    proofreader = Proofreader(seconds=SLOW_MACHINE)
    yield proofreader
    await proofreader.close()


async def test_slips_are_found_and_names_are_left_in_peace(proofreader):
    found = await proofreader.proofread(LETTER, names=["Milica", "Stefan Đorđević", "Ana Kovač"])

    assert found
    assert {one.fault for one in found} == {Fault.SPELLING}
    assert {one.rule for one in found} == {"R14"}
    said = {LETTER[one.start : one.end]: one.remedy for one in found}
    assert said["recieved"] == "“recieved” should probably be “received”."
    assert {"alot", "i"} <= set(said)
    assert not {"Milica", "Univerzitet", "Đorđević", "Kovač", "enjoyed"} & set(said)


async def test_what_is_right_in_britain_is_no_slip(proofreader):
    text = "I enjoyed hearing how your organisation analyses colour in theatre programmes."
    assert await proofreader.proofread(text, names=[]) == ()


async def test_a_clean_text_and_an_empty_one_have_no_slips(proofreader):
    assert await proofreader.proofread("Thank you for your time.", names=[]) == ()
    assert await proofreader.proofread("  \n", names=[]) == ()


async def test_a_name_is_known_for_one_text_only(proofreader):
    text = "He said that drinko is kind."
    assert await proofreader.proofread(text, names=["drinko"]) == ()
    found = await proofreader.proofread(text, names=[])
    assert [text[one.start : one.end] for one in found or ()] == ["drinko"]


async def test_the_checker_never_enters_the_bot(proofreader):
    await proofreader.proofread(LETTER, names=[])
    assert "harper" not in sys.modules


async def test_without_the_checker_the_text_is_not_checked():
    proofreader = Proofreader(library="harper_that_is_not_there")
    assert await proofreader.proofread(LETTER, names=[]) is None


async def test_a_checker_that_is_too_slow_leaves_the_text_unchecked_and_is_waited_for():
    proofreader = Proofreader(seconds=0.1)
    assert await proofreader.proofread(LETTER, names=[]) is None
    starting = proofreader.worker
    proofreader.seconds = SLOW_MACHINE
    assert await proofreader.proofread(LETTER, names=[])
    assert proofreader.worker is starting
    await proofreader.close()


async def test_texts_at_once_are_read_one_after_the_other(proofreader):
    texts = [f"This is {'so ' * number}teh text." for number in range(1, 4)]
    found = await asyncio.gather(*(proofreader.proofread(one, names=[]) for one in texts))
    places = [
        [text[one.start : one.end] for one in each or () if text[one.start : one.end] == "teh"]
        for text, each in zip(texts, found, strict=True)
    ]
    assert places == [["teh"]] * 3


async def test_an_idle_checker_ends():
    proofreader = Proofreader(seconds=SLOW_MACHINE, idle_seconds=0.01)
    assert await proofreader.proofread("A clean line.", names=[]) == ()
    assert proofreader.worker is not None
    assert await proofreader.worker.wait() == 0
    await proofreader.close()


async def test_a_checker_that_ended_is_started_again(proofreader):
    assert await proofreader.proofread("A clean line.", names=[]) == ()
    proofreader.worker.kill()
    assert await proofreader.proofread("A clean line.", names=[]) == ()


async def test_a_checker_that_could_not_start_is_started_for_the_next_text(monkeypatch):
    proofreader = Proofreader(seconds=SLOW_MACHINE)
    with monkeypatch.context() as without:
        without.setattr(sys, "executable", "/there/is/no/python")
        assert await proofreader.proofread("A clean line.", names=[]) is None
    assert await proofreader.proofread("A clean line.", names=[]) == ()
    await proofreader.close()


async def test_it_answers_from_one_loop_after_another():
    proofreader = Proofreader(seconds=SLOW_MACHINE)
    assert await proofreader.proofread("A clean line.", names=[]) == ()
    here = proofreader.worker

    async def elsewhere():
        found = await proofreader.proofread("A clean line.", names=[])
        await proofreader.close()
        return found

    assert await asyncio.to_thread(lambda: asyncio.run(elsewhere())) == ()
    assert here is not None
    assert await here.wait() != 0


async def test_a_word_of_a_field_is_no_slip_for_another_word(proofreader):
    text = "I study kinesiology and dramaturgy, and like pipetting. Is anything new?"
    assert await proofreader.proofread(text, names=[]) == ()


async def test_what_is_two_letters_off_is_asked_about(proofreader):
    (found,) = await proofreader.proofread("I will start tommorow.", names=[]) or ()
    assert found.is_hint
    assert "“tommorow” spelt as you mean it" in found.remedy
