"""What messages are called on the screen: their kinds, their channels, their tones."""

from __future__ import annotations

from bot.content import CHANNELS, TONES

CHANNEL_WORDS: dict[str, str] = {
    "email": "by email",
    "linkedin": "as a short note on LinkedIn",
    "linkedin_message": "as a LinkedIn message",
    "phone": "by phone",
    "voicemail": "as a voicemail",
    "text": "as a text message",
    "card": "as a card or letter",
    "in_person": "to say in person",
}
CHANNEL_LABELS: dict[str, str] = {
    "email": "Email",
    "linkedin": "LinkedIn, a short note",
    "linkedin_message": "LinkedIn, a message",
    "phone": "Phone",
    "voicemail": "Voicemail",
    "text": "Text message",
    "card": "Card or letter",
    "in_person": "In person",
}
TONE_LABELS: dict[str, str] = {
    "warm": "Warmer",
    "plain": "Plainer",
    "formal": "More formal",
}
SPOKEN = frozenset({"phone", "voicemail", "in_person"})
CHANNEL_CHOICES = tuple((one, CHANNEL_LABELS[one]) for one in CHANNELS)


def next_tones(tone: str) -> tuple[str, ...]:
    """Give the other tones, the one that comes after this one first."""
    at = TONES.index(tone)
    return (*TONES[at + 1 :], *TONES[:at])


def begun(words: str) -> str:
    """Begin words with a capital, leaving the rest."""
    return words[:1].upper() + words[1:]
