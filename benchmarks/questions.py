"""How well questions fit: fields read out of roles, and sets chosen for them; what it costs.

    python -m benchmarks.questions [ROLES.toml ...]

The roles are written down with the fields that an adviser would accept. Each file was scored once
when it was new, and most were mended upon after that; what is printed here is the present state,
which flatters every file but ``roles_british_last``. Scored first, in this order:

====================== ===== ============================================================
``roles``                 86 (not kept) before titles, synonyms and bank were there
``roles_fresh``           77 0.62, in passing, misspelt, the organisation saying more
``roles_sampled``        103 0.61, by lot from 73 000 job titles of others, many rare
``roles_unseen``          57 0.82, between two trades
``roles_last``            52 0.85
``roles_wide``           119 0.69, one half by lot of a list written before a mending
``roles_wide_last``      119 0.98, its other half, after the mending (0.80 before it),
                             yet by the hand that wrote the words
``roles_british``        107 0.91, by lot from British graduates' occupations of others
``roles_sampled_again``   92 0.74, by lot from the 73 000 again: rare factory work
``roles_british_again``   75 0.81, by lot from the same British list, then mended upon
``roles_british_last``    79 0.96, by lot from it, at the end; one rank was moved after it
====================== ===== ============================================================

Three roles in other languages were once right without a field and are now right with theirs.
Printed are:

field accuracy
    The share of roles whose guessed field is one of the accepted ones. What says nothing
    ("friend of my mother") is right only without a field.
asked about
    The share of roles whose field is a leaning only (a score up to 50): the member sees it put as
    a question. They count in the accuracy above like all others, right or wrong.
precision@5
    The share of the first five questions of a set, each role's 20-minute first talk over ten seeds,
    that are right for the role: those for an accepted field, and those for every field. A question
    for another field is wrong, and so is each that is missing from the five.
for the field
    The same, counting only questions for an accepted field, as a share of the two that a set owes.
cost
    One guess and one choice, p99 of processor time over all roles and seeds; the first guess,
    which reads the titles; memory that titles, words and all content add, by tracemalloc.
"""

from __future__ import annotations

import argparse
import time
import tomllib
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content import Question, load
from bot.rules.fields import Guess, guess_field
from bot.rules.question_choice import Situation, choose

HERE = Path(__file__).parent
SEEDS = range(10)
OWED = 2
LEANING = 50


@dataclass(frozen=True)
class Role:
    """A role as typed, and the fields that are right for it; none is right for none."""

    text: str
    organization: str
    fields: tuple[str, ...] = ()
    none: bool = False

    def is_right(self, guess: Guess) -> bool:
        """Tell whether a guess is an accepted field, or rightly none."""
        if guess.field is None:
            return self.none or not self.fields
        return guess.field in self.fields


@dataclass
class Score:
    """What one file of roles came to."""

    right: int = 0
    leanings: int = 0
    right_leanings: int = 0
    fitting: int = 0
    asked: int = 0
    owed: float = 0.0
    sets: int = 0


def read_roles(file: Path) -> list[Role]:
    """Read the roles that name a field and those that name none."""
    tables: dict[str, list[dict[str, Any]]] = tomllib.loads(file.read_text("utf-8"))
    return [
        Role(
            one["text"],
            one["organization"],
            tuple(one.get("fields", ())),
            none=one.get("none", False),
        )
        for one in (*tables["role"], *tables.get("nowhere", ()))
    ]


def score(roles: list[Role], bank: list[Question], spent: dict[str, list[float]]) -> Score:
    """Guess and choose for every role, and print each miss."""
    by_id = {one.id: one for one in bank}
    total = Score()
    for role in roles:
        began = time.thread_time()
        guess = guess_field(role.text, role.organization)
        spent["guess"].append(time.thread_time() - began)
        is_leaning = guess.field is not None and guess.score <= LEANING
        total.leanings += is_leaning
        if role.is_right(guess):
            total.right += 1
            total.right_leanings += is_leaning
        else:
            print(f"  miss: {role.text!r} @ {role.organization!r}: {guess}, not {role.fields}")
        for seed in SEEDS:
            began = time.thread_time()
            chosen = choose(bank, Situation(20, guess.field or ""), seed=seed)
            spent["choice"].append(time.thread_time() - began)
            five = [by_id[one.id] for one in chosen[:5]]
            theirs = sum(bool(set(one.fields) & set(role.fields)) for one in five)
            total.fitting += theirs + sum(not one.fields for one in five)
            total.asked += 5
            if role.fields:
                total.owed += min(1.0, theirs / OWED)
                total.sets += 1
    return total


def p99(seconds: list[float]) -> str:
    """Say the 99th percentile in milliseconds."""
    return f"{sorted(seconds)[int(len(seconds) * 0.99)] * 1000:.2f} ms"


def weigh() -> tuple[list[Question], float]:
    """Read titles and bank; give the bank and the MiB that both added."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    began = time.perf_counter()
    guess_field("anybody")
    print(f"first guess (reads the titles): {(time.perf_counter() - began) * 1000:.0f} ms, traced")
    bank = list(load().questions.values())
    added = (tracemalloc.get_traced_memory()[0] - before) / 2**20
    tracemalloc.stop()
    return bank, added


def main() -> None:
    """Score each file of roles and print what it costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roles", nargs="*", type=Path, default=sorted(HERE.glob("roles*.toml")))
    files: list[Path] = parser.parse_args().roles
    bank, added = weigh()
    spent: dict[str, list[float]] = {"guess": [], "choice": []}
    for file in files:
        roles = read_roles(file)
        print(f"{file.name}: {len(roles)} roles, {len(bank)} questions")
        total = score(roles, bank, spent)
        print(f"  field accuracy {total.right / len(roles):.3f} ({total.right}/{len(roles)})")
        print(f"  asked about    {total.leanings / len(roles):.3f}, {total.right_leanings} right")
        print(f"  precision@5    {total.fitting / total.asked:.3f}")
        print(f"  for the field  {total.owed / total.sets:.3f}")
    print(f"guess p99 {p99(spent['guess'])}, choice p99 {p99(spent['choice'])}")
    print(f"memory added, with all other content: {added:.1f} MiB")


if __name__ == "__main__":
    main()
