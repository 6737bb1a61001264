"""My questions: a member adds, reviews, lists and removes questions of their own."""

from __future__ import annotations

import discord

from bot.client import RapportBot
from bot.content import FIELDS, plain_text
from bot.errors import Choice, Unclear
from bot.notebook.own_questions import (
    add_own_question,
    clean_own,
    list_own_questions,
    remove_own_question,
)
from bot.rules.fields import guess_field
from bot.rules.presses import Press, menu
from bot.rules.question_review import review_question
from cogs._ui.cards import Card
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.own_question_cards import ADD_OWN, ADD_PRESS, own_card, review_words
from cogs._ui.replies import show
from cogs._ui.talking import know_fields

_SURE = 50  # a guess below is worth asking about
_EVERYBODY = "*"
_LIST = menu("my_questions", "My questions")


class OwnQuestions(FeatureCog):
    """The questions that a member brings along."""

    @on_press("m", "my_questions")
    async def menu_my_questions(self, interaction: discord.Interaction, press: Press) -> None:
        """List them, six at a time."""
        owns = await self.bot.db.load(list_own_questions, interaction.user.id)
        page = int(press.arg) if press.arg.isdecimal() else 0
        await show(interaction, own_card(owns, page), in_place=bool(press.arg))

    @on_press("m", "add_question")
    async def menu_add_question(self, interaction: discord.Interaction, _: Press) -> None:
        """Open the form for a new one."""
        await open_form(interaction, ADD_OWN)

    @on_form(ADD_OWN)
    async def own_question_submitted(
        self, interaction: discord.Interaction, filled: Filled
    ) -> None:
        """Review the question, then note it; whoever wants to keep it as it is may (R12 R22)."""
        text = clean_own(filled.get("text"))
        await know_fields()
        field_id = _read_field(filled.get("field"))
        if not filled.get("kept") and (findings := review_question(text)):
            keep = Choice("Keep it anyway", "yes")
            raise Unclear(review_words(text, findings), field_name="kept", choices=(keep,))
        stored = await self.bot.db.store(
            add_own_question, by=self.by(interaction), text=text, field_id=field_id
        )
        whom = f"talks about {FIELDS[field_id].lower()}" if field_id else "everybody"
        head = f"Noted, for {whom}: “{plain_text(text)}”"
        await show(interaction, Card(head, rows=((ADD_PRESS, _LIST),), change=stored.change))

    @on_press("o", "drop")
    async def own_question_removed(self, interaction: discord.Interaction, press: Press) -> None:
        """Remove one; Undo brings it back."""
        async with self.bot.db.write() as session:
            stored, text = await remove_own_question(
                session, by=self.by(interaction), key=press.key
            )
        head = f"Removed: “{plain_text(text)}”"
        await show(interaction, Card(head, rows=((_LIST,),), change=stored.change))


def _read_field(typed: str) -> str | None:
    """Read which field of work was meant; raises Unclear for none that is known."""
    if not typed or typed == _EVERYBODY:
        return None
    wanted = typed.casefold()
    named = next((one for one, label in FIELDS.items() if wanted in (one, label.casefold())), None)
    guess = guess_field(typed)
    if named or (guess.field and guess.score >= _SURE):
        return named or guess.field
    raise Unclear(
        f"I don't know the field “{plain_text(typed)}”. Name a job in it, such as “nurse” or "
        "“stage manager”, or let the question be for everybody.",
        field_name="field",
        choices=(Choice("For everybody", _EVERYBODY),),
    )


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(OwnQuestions(bot))
