"""Proofreads what comes in on standard input, line for line; a process of its own.

The checker holds 200 MB, so it may not live where messages are answered. It is started by its path
and imports nothing of ours; it ends by itself when it has idled for a while, and with the bot.
"""

from __future__ import annotations

import json
import os
import sys
import threading

import harper


def main(idle_seconds: float) -> None:
    """Answer each line of text and names with a line of lints: start, end, kind, message, mend."""
    # What is right on one side of the ocean is no mistake.
    linters = [
        harper.Linter(dialect) for dialect in (harper.Dialect.AMERICAN, harper.Dialect.BRITISH)
    ]
    _answer({"is_ready": True})
    while True:
        idle = threading.Timer(idle_seconds, os._exit, (0,))
        idle.daemon = True
        idle.start()
        line = sys.stdin.readline()
        idle.cancel()
        if not line:
            return
        asked = json.loads(line)
        _answer({"lints": _lints(linters, asked["text"], asked["names"])})


def _answer(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _lints(linters: list[harper.Linter], text: str, names: list[str]) -> list[list[object]]:
    found: list[dict[tuple[int, int], list[object]]] = []
    for linter in linters:
        linter.clear_words()
        linter.import_words(names)
        lints = linter.lint(text, language=harper.Language.PLAINTEXT)
        found.append({(one.span.start, one.span.end): _told(one) for one in lints})
    return [told for place, told in found[0].items() if all(place in other for other in found[1:])]


def _told(lint: harper.Lint) -> list[object]:
    mends = [
        one.replacement_text
        for one in lint.suggestions
        if one.kind in (harper.SuggestionKind.REPLACE, harper.SuggestionKind.REMOVE)
    ]
    return [lint.span.start, lint.span.end, lint.lint_kind, lint.message, mends[:3]]


if __name__ == "__main__":
    main(float(sys.argv[1]))
