"""Why a message looks as it does, in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.content import Content
from bot.notebook.drafts import KIND_WORDS, Drafted, review_draft
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.draft_findings import finding_line
from cogs._ui.draft_words import CHANNEL_WORDS

RULE_WORDS: dict[str, str] = {
    "R01": "It starts from the field that you want to explore: that is what you two share.",
    "R04": "LinkedIn is where people expect a line like this, and someone in common helps.",
    "R05": "Asking whom else you could talk to is how a list of people grows.",
    "R06": "It takes time, so each message keeps a door open rather than settling something.",
    "R07": "It asks for a short, fixed time. Twenty minutes is easy to say yes to.",
    "R08": "It says who you are and what you want in the first lines, so that nobody has to guess.",
    "R09": "It says how you came by their name. A shared school or a mutual friend opens doors.",
    "R10": "It says why you ask this person, thanks them ahead, and says how to reach you.",
    "R11": "It is short. Busy people answer what they can read in half a minute.",
    "R12": "It asks for their story and advice, never for a job or an internship. That is what "
    "makes it easy to help you.",
    "R13": "Your questions stay out of it: they are for the talk, and nobody wants homework.",
    "R14": "Read it once aloud before it goes out. A clean message is the first impression of you.",
    "R15": "It says whether and how you will follow up. Then you do it: I remind you.",
    "R16": "It asks first whether the moment is good, and gives way kindly if it is not.",
    "R17": "It gives your number slowly, twice: nobody can read a voicemail again.",
    "R18": "It thanks them for an honest no, and asks whether somebody else might have a moment.",
    "R19": "It says in one sentence what you want to find out, so that they know they can help.",
    "R20": "It makes day, time and place certain, so that nobody waits for the other.",
    "R21": "You come with five to seven questions; they need not see them before.",
    "R26": "It shows that you have looked at what they do. That is what makes it personal.",
    "R27": "A few lines about you ahead let them think about what would help you.",
    "R28": "The first minute is easier when you have said it aloud once.",
    "R30": "Being on time is respect; if you cannot be, say so at once and by how much.",
    "R34": "Advice on experience, training or a search is fine to ask for; a job is not.",
    "R35": "It closes by asking for advice and for others to talk to.",
    "R36": "An introduction beats a cold message, so it makes introducing you as easy as it gets.",
    "R37": "It asks whether you may stay in touch, rather than taking it for granted.",
    "R38": "A LinkedIn invitation with a line of your own gets accepted; a bare one looks like a "
    "collection.",
    "R39": "It thanks them, as you did at the end of the talk.",
    "R40": "It is worded while the talk is fresh.",
    "R41": "It goes out the day after the talk, three days later at most.",
    "R42": "It names what you enjoyed, the advice that helped and what you will do with it. Those "
    "three make it yours.",
    "R43": "An email is fine, a card is remembered.",
    "R44": "It comes after a month or two and says what became of their advice.",
    "R45": "It comes back with something: a new question, an article, a result. That is how a "
    "contact becomes a connection.",
    "R46": "They said that you may stay in touch, so a line now and then is welcome.",
    "R53": "Once it is sent, note it: I keep the date.",
    "R54": "It says how you found them, as you noted it.",
    "R55": "How you know each other decides how it begins.",
    "R57": "They said how they like to be reached.",
    "R58": "A name is only in it if its owner said that you may use it.",
    "R59": "Whether it was information or a connection decides how you go on.",
    "R60": "It does not apologise for asking. Most people like being asked for their story.",
}
"""What each rule means for a message; the numbers themselves are never shown."""


def why_card(content: Content, draft: Drafted) -> Card:
    """Explain a message."""
    wanted = draft.wanted
    rules = content.templates[f"{wanted.kind}.{wanted.channel}"].rules
    found = review_draft(draft)
    lines = ["**What I would mend**"] if found else []
    lines += [f"- {finding_line(draft, one)}" for one in found]
    head = "What makes it work" if draft.is_edited else "Why it looks like this"
    lines.append(f"**{head}** ({KIND_WORDS[wanted.kind]}, {CHANNEL_WORDS[wanted.channel]})")
    lines += explained(rules)
    guide = Press("m", "-", "help", "Help")
    return Card("\n".join(lines), rows=((guide,),))


def explained(rules: Iterable[str]) -> list[str]:
    """Say what rules mean, a line each."""
    return [f"- {RULE_WORDS[rule]}" for rule in rules if rule in RULE_WORDS]
