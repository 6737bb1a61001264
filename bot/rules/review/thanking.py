"""What a thank-you owes: something of the talk, the advice, a next step; and a letter to one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.rules.review.message import Message, Sentence, words
from bot.rules.review.nicknames import plain
from bot.rules.review.patterns import place
from bot.rules.review.records import WHOLE, About, Fault, Finding, finding
from bot.rules.review.said_by_all import is_said_by_all

_BRIEF = frozenset({"text", "linkedin"})  # a line or two: one concrete thing is enough
_GAP_OF = {
    Fault.NO_DETAIL: ("gap_for_detail", "open_detail"),
    Fault.NO_ADVICE: ("gap_for_advice", "open_advice"),
    Fault.NO_NEXT_STEP: ("gap_for_step", "open_step"),
}
_NO_DETAIL = (
    "Add one thing from your talk that only you two know: a story they told, a moment you enjoyed."
)
_NO_ADVICE = "Name the advice or thought that helped you, in half a sentence."
_NO_STEP = (
    "Say what you will do with it, for instance whom you will write to or what you will read."
)
_FORM = (
    "This could go to anybody. Add a sentence about this person alone: what in their path or work "
    "made you write to them."
)
_ENOUGH = 2
_CLAUSE = re.compile(r"(?:,? (?:and|but|so|because)|[;:]| [–—]) ")


def no_detail(message: Message, about: About) -> Iterator[Finding]:
    """Find a thank-you with nothing of the talk itself (R42)."""
    if about.kind != "thank_you" or _is_open(Fault.NO_DETAIL, message):
        return
    if not any(_is_detail(one, about) for one in message.sentences):
        yield finding(Fault.NO_DETAIL, WHOLE, _NO_DETAIL)


def no_advice(message: Message, about: About) -> Iterator[Finding]:
    """Find a thank-you that names no advice that helped (R42)."""
    if not _owes_much(about) or _is_open(Fault.NO_ADVICE, message):
        return
    if not any(_has_advice(one, about) for one in message.sentences):
        yield finding(Fault.NO_ADVICE, WHOLE, _NO_ADVICE, is_hint=about.channel == "card")


def no_next_step(message: Message, about: About) -> Iterator[Finding]:
    """Find a thank-you that says nothing of what comes of it (R42); a hint, "if possible"."""
    if not _owes_much(about) or _is_open(Fault.NO_NEXT_STEP, message):
        return
    if not any(_is_step(one, about) for one in message.sentences):
        yield finding(Fault.NO_NEXT_STEP, WHOLE, _NO_STEP, is_hint=True)


def _owes_much(about: About) -> bool:
    return about.kind == "thank_you" and about.channel not in _BRIEF


def _is_open(fault: Fault, message: Message) -> bool:
    """Tell whether a gap stands where this is still to be written."""
    gap, cue = _GAP_OF[fault]
    return place(gap, message.text) is not None or any(
        place("gaps", one.text) and place(cue, one.text) for one in message.sentences
    )


def _is_detail(sentence: Sentence, about: About) -> bool:
    text = _to_the_point(sentence.text)
    is_to_come = place("to_come", text) and not place("never_a_step", text)
    if (is_to_come and not place("advice", text)) or place("about_me", text):
        return False
    said = len(specific(text, about)) + len(_noted_in(text, about.own_words))
    return said > _ENOUGH or (said == _ENOUGH and place("of_the_talk", text) is not None)


def _has_advice(sentence: Sentence, about: About) -> bool:
    text = _to_the_point(sentence.text)
    is_told = place("advice_told", text) is not None  # plain words can be good advice, too
    return is_told or (place("advice", text) is not None and bool(specific(text, about)))


def _to_the_point(text: str) -> str:
    """Take out the clauses of a sentence that ask for favours or make small."""
    if not _is_beside(text):
        return text
    clauses = _CLAUSE.split(text)
    rest = [one for one in clauses if not _is_beside(one)]
    return ", ".join(rest) if len(rest) < len(clauses) else ""


def _is_beside(text: str) -> bool:
    return any(place(one, text) for one in ("grovelling", "job", "openings"))


def _is_step(sentence: Sentence, about: About) -> bool:
    text = _to_the_point(sentence.text)
    cue = place("step", text)
    if not cue or place("never_a_step", text):
        return False
    rest = text[cue[0] :]
    return len(specific(rest, about)) >= (_ENOUGH if place("only_polite", rest) else 1)


# --- could it go to anybody? ------------------------------------------------------------------

_PERSONAL_KINDS = frozenset(
    {"request", "thank_you", "check_in", "linkedin_invitation", "check_in_again", "talked_to"}
)
_FIRST_WORDS = frozenset({"request", "linkedin_invitation"})
"""In these, what is about the writer says nothing of the reader."""

_REACHES = 12  # words after a "your" that are still about them
_BEFORE = 4


def form_letter(message: Message, about: About) -> Iterator[Finding]:
    """Find a message without a word about this one person (R11); a hint in a note's few lines."""
    if about.kind not in _PERSONAL_KINDS or place("any_gap", message.said):
        return
    noted = _noted_in(message.said, about.own_words)
    named = [
        name for name in about.known_names if _is_of_another(name, about) and name in message.said
    ]
    if noted or named:
        return
    look = _words_about_them if about.kind in _FIRST_WORDS else _words_of_the_talk
    of_them = {word for one in message.sentences for word in look(one, about)}
    if len(of_them) < _ENOUGH:
        yield finding(Fault.FORM_LETTER, WHOLE, _FORM, is_hint=about.channel == "linkedin")


def _is_of_another(name: str, about: About) -> bool:
    return bool(name) and name not in (about.name, about.first, about.my_name)


def _words_about_them(sentence: Sentence, about: About) -> Iterator[str]:
    said = words(sentence.text)
    near = {
        number + reach
        for number, word in enumerate(said)
        if place("about_them", word)
        for reach in range(-_BEFORE, _REACHES)
    }
    about_them = " ".join(word for number, word in enumerate(said) if number in near)
    yield from specific(about_them, about)


def _words_of_the_talk(sentence: Sentence, about: About) -> Iterator[str]:
    yield from specific(_to_the_point(sentence.text), about)


def specific(text: str, about: About) -> set[str]:
    """Give the words of a text that not everybody would have written, names left out."""
    names = {
        plain(word) for name in (about.name, about.first, about.my_name) for word in words(name)
    }
    found = {plain(word.removesuffix("’s").removesuffix("'s")) for word in words(text)}
    return {word for word in found - names if len(word) > 1 and not is_said_by_all(word)}


def _noted_in(text: str, own_words: tuple[str, ...]) -> set[str]:
    noted = {plain(word)[:_STEM] for words_ in own_words for word in words(words_)}
    noted = {word for word in noted if len(word) >= _SHORTEST and not is_said_by_all(word)}
    return {word for word in words(text) if plain(word)[:_STEM] in noted}


_STEM = 5
_SHORTEST = 4
