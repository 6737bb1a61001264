"""Makes a sentence to somebody out of a note on how one knows them."""

from __future__ import annotations

import re

_PERSON = (
    r"(?:mother|mom|mum|father|dad|aunt|uncle|cousin|brother|sister|parents?|grand\w+|friend|boss"
    r"|roommate|neighbou?r|professor|teacher|coach|advis[eo]r|tutor|doctor|dentist|stylist|mentor"
    r"|(?:ex-)?colleague|co-?worker|manager|supervisor|classmate|teammate)"
)
_KIN = (
    r"(?:step|half)?-?(?:mother|father|mom|mum|mommy|mummy|mama|dad|daddy|papa|aunt|auntie|uncle"
    r"|cousin|brother|sister|niece|nephew|son|daughter|parents?|family|relative|godmother|godfather"
    r"|grand\w+)(?:-in-law)?"
)
_FRIEND = r"(?:(?:good|old|close|best|dear) )*friend"
_LED = r"(?:boss|manager|supervisor|professor|teacher|coach|advis[eo]r|tutor)"
_PAST = r"(?:former|ex|old|previous|last|first)"
_EVENT = (
    r"(?:fair|panel|conference|workshop|event|class|course|lecture|seminar|meet-?up|webinar|tour"
    r"|party|camp|concert|game|club|choir|team|lab)"
)
_SHELF = r"(?:directory|newsletter|magazine|database|yearbook)"
_DO = r"(?:found|saw|heard|read|noticed|discovered|watched|know|remember)"
_TELL = (
    r"(?:said|told|suggested|mentioned|recommended|gave|introduced|thought|pointed|sent|referred)"
)
_WAYS: tuple[tuple[str, str], ...] = (
    (r"(?:met|worked|studied|talked|spoke|volunteered|played)\b.*", "We {0}."),
    (r"(?:we|i|you)\b(?!\.).*", "{0}."),
    (rf"[\w ,.'’-]{{2,60}}? {_TELL} (?:you|me|us|your|that|to)\b.*", "{0}."),
    (rf"{_DO} (?:of )?your?\b.*|(?:came across|learned of|learnt of|got) your?\b.*", "I {0}."),
    (r"(?:introduced|connected) (?:by|through) .+", "We were {0}."),
    (r"(?:recommended|suggested|mentioned) by .+", "You were {0}."),
    (r"from .+", "I know you {0}."),
    (r"(?:(?:found|discovered|saw) )?((?:through|via|on|by|in|at) .+)", "I found you {1}."),
    (
        r"(?:LinkedIn|Handshake|Instagram|Facebook|Google|YouTube|the internet)",
        "I found you on {0}.",
    ),
    (r"your (?:[\w'’-]+ ){0,2}(?:website|site|page|blog|channel|book|podcast)", "I know {0}."),
    (rf"(?:the |our |my )?((?:[\w'’-]+ ){{0,3}}{_SHELF})", "I found you in the {1}."),
    (r"(?:the )?same (.+)", "We share the same {1}."),
    (
        rf"(?:the |a )?((?:[\w'’-]+ ){{0,3}}{_EVENT}(?: (?:in|on|at|last|this) .+)?)",
        "I know you from the {1}.",
    ),
    # Who is family or a friend knows it: the sentence on that says it better than the note.
    (rf"(?:(?:my|an?|one of my|the|our) )?(?:(?:\w+ )?{_KIN}|{_FRIEND})s?", ""),
    (
        rf"(?:my |an? )?{_PAST}[ -]((?:[\w-]+ ){{0,2}}{_LED}(?: (?:at|in|from|of) .+)?)",
        "You were my {1}.",
    ),
    (
        rf"((?:my|one of my) (?:[\w-]+ ){{0,3}}{_PERSON}s?(?: (?:at|in|from|of) .+)?)",
        "I know you as {1}.",
    ),
    (rf"((?:my |our )?[\w-]+['’]s? (?:[\w-]+ ){{0,2}}{_PERSON}(?: .+)?)", "I know you as {0}."),
    (rf"(?:[\w-]+ ){{0,2}}{_PERSON}(?: (?:of|from|at) .+)?", "I know you as a {0}."),
    (r".*", "How I came to you: {0}."),
)
_LOWERED = re.compile(
    r"(the|a|an|my|our|one|boss|manager|supervisor|professor|teacher|coach|adviser|advisor|tutor"
    r"|friend|colleague|classmate|neighbou?r|roommate|mentor|doctor|dentist|old|high|college|career|job|alumni|family|former|introduced|connected|recommended|suggested|mentioned|through|via|on|by|in|from|at|found|saw|heard|read|noticed|discovered|watched"
    r"|know|remember|came|learned|learnt|got|met|worked|studied|talked|spoke|volunteered|played)\b",
    re.IGNORECASE,
)


def how_line(note: str) -> str:
    """Say a note on how the member knows somebody as a sentence to them; "" for none."""
    words = note.rstrip(" .")
    if not words:
        return ""
    for pattern, said in _WAYS:
        if found := re.fullmatch(pattern, words, re.IGNORECASE | re.DOTALL):
            line = said.format(_lowered(words), _lowered(found[1] or "") if "{1}" in said else "")
            line = re.sub(r"\bas a (?=[aeiou])", "as an ", line, flags=re.IGNORECASE)
            return line[:1].upper() + line[1:]
    return ""


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:] if _LOWERED.match(words) else words
