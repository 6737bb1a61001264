"""An uploaded pack is read as carefully as anything from outside: sound entries, named problems."""

from __future__ import annotations

import time

import pytest

from bot.content import (
    PACK_BYTES,
    PACK_QUESTIONS,
    load,
    read_pack,
    read_questions,
    with_questions,
    write_questions,
)


def entry(name: str = "one", text: str = "What do you notice that guests never see?", **more):
    values = {"facets": '["day"]', "rules": '["R24"]'} | more
    lines = [f"{key} = {value}" for key, value in values.items()]
    return "\n".join(["[[question]]", f'id = "{name}"', f'text = "{text}"', *lines, ""])


def many(count: int) -> str:
    return "".join(
        entry(f"q{number}", f"What is so good about day {number}?") for number in range(count)
    )


def test_a_sound_pack_is_read_with_all_its_fields():
    body = entry(
        fields='["hospitality_and_travel"]',
        stages='["final_year"]',
        occasion='"later"',
        minutes="4",
        weight="5",
        probe='"What about the kitchen?"',
        searchable="true",
    )
    pack = read_pack(body.encode(), "hotel.toml")
    assert pack.problems == ()
    (question,) = pack.questions
    assert question.fields == ("hospitality_and_travel",)
    assert (question.stages, question.occasion) == (("final_year",), "later")
    assert (question.minutes, question.weight, question.searchable) == (4, 5, True)
    assert question.probe == "What about the kitchen?"


def test_a_byte_order_mark_and_line_ends_of_windows_are_no_problem():
    body = entry().replace("\n", "\r\n").encode("utf-8-sig")
    assert len(read_pack(body, "a.toml").questions) == 1


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "no [[question]]"),
        ('[[question]]\nid = "x\n', 2, "not TOML"),
        ("just text", 1, "not TOML"),
        (entry() + '\n[[nudge]]\nid = "x"\n', 7, "nudge"),
        (entry() + '\n[[words]]\nid = "late"\n', 7, "words"),
        ("question = 3", 1, "question"),
        (entry().replace("facets", "facet"), 1, "facet"),
        (entry(fields='["acting"]'), 1, "acting"),
        (entry(minutes="90"), 1, "minutes"),
        (entry("A b"), 1, "id"),
        (entry() + entry(text="What is another one?"), 6, "line 1"),
        (entry() + entry("two"), 6, "line 1"),
        (entry(text="What does @everyone think?"), 1, "“@”"),
        (entry(text="What of <@1234567890>?"), 1, "“<”"),
        (entry(text="What is **that**?"), 1, "“*”"),
        (entry(text="What is [this](x)?"), 1, "“[”"),
        (entry(text="What is at https://x.y?"), 1, "“://”"),
        (entry(text="# What is big?"), 1, "“#”"),
        (entry(probe='"What of `that`?"'), 1, "its probe"),
        (entry(text="What is" + " very" * 60 + " big?"), 1, "300 fit"),
        (entry(text="What is\\nthat?"), 1, "line breaks"),
        (entry(text="What is \\u202Ethat?"), 1, "nobody can see"),
        (entry(text="\\u3164"), 1, "nobody can see"),
        (many(PACK_QUESTIONS + 1), PACK_QUESTIONS * 5 + 1, "301 questions"),
        ("a" + ".a" * 100_000 + " = 1", 1, "too many dots"),
        ("[[" + " . ".join(["'a'"] * 9_000) + "]]", 1, "too many dots"),
        ("a = " + "[" * 200_000, 1, "nested"),
        ("a = " + "1" * 9_000, 1, "not TOML"),
    ],
)
def test_each_mistake_is_named_with_its_line_and_left_out(body: str, line: int, says: str):
    pack = read_pack(body.encode(), "a.toml")
    (problem,) = pack.problems
    assert (problem.file, problem.line) == ("a.toml", line)
    assert says in problem.text
    assert len(pack.questions) == (1 if body.startswith((entry() + "[[", entry() + "\n")) else 0)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xfe[\0[\0", b"GIF89a\0\0"]
)
def test_a_picture_by_another_name_is_no_pack(data: bytes):
    (problem,) = read_pack(data, "a.toml").problems
    assert "not a text file" in problem.text


def test_a_file_that_is_too_large_is_not_even_read():
    (problem,) = read_pack(b"#" * (PACK_BYTES + 1), "a.toml").problems
    assert "256 KB" in problem.text


@pytest.mark.parametrize(
    "body",
    [
        '\\"' * (PACK_BYTES // 2),
        "\n" * PACK_BYTES,
        "\n".join(f"b{number}=1" for number in range(30_000))[:PACK_BYTES],
        "[[question]]\n" * (PACK_BYTES // 13),
        "a = [" + "1," * 120_000 + "]",
    ],
)
def test_the_worst_file_is_read_within_moments(body: str):
    before = time.process_time()
    assert read_pack(body.encode(), "a.toml").questions == ()
    assert time.process_time() - before < 5


def test_three_hundred_fit():
    assert len(read_pack(many(PACK_QUESTIONS).encode(), "a.toml").questions) == PACK_QUESTIONS


def test_what_is_kept_comes_back_and_what_cannot_be_read_is_none():
    questions = read_pack(many(3).encode(), "a.toml").questions
    assert read_questions(write_questions(questions)) == questions
    assert read_questions('[{"id": "x", "odd": 1}]') == ()
    assert read_questions("{") == ()


def test_questions_beside_the_content_never_take_the_place_of_its_own():
    content = load()
    (first, *_) = content.questions.values()
    (other,) = read_pack(entry(first.id).encode(), "a.toml").questions
    (new,) = read_pack(entry("new").encode(), "a.toml").questions
    both = with_questions(content, [other, new])
    assert both.questions[first.id] == first
    assert both.questions["new"] == new
    assert len(both.questions) == len(content.questions) + 1
    assert "new" not in content.questions
