"""How an import looks: the way to a list, its columns, who is in it, whom to pick, what came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.content import plain_text
from bot.exchange import COLUMN_FIELDS, NAME_PARTS, NOTEBOOK, Columns
from bot.notebook.changes import Stored
from bot.notebook.importing import LOOKED_FOR, Upload
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card, Menu
from cogs._ui.forms import ChoiceField, Form, TextField

PAGE = 25
_OPTIONS = 25
_REASONS = 5
_PARTS = "parts"  # of the name: it stands in more than one column
_LABELS = {
    "name": "Name",
    "role": "What they do",
    "organization": "Where they work",
    "school": "School",
    "email": "Email",
}
COLUMNS = Form(
    "import_columns",
    "Which column is which?",
    tuple(
        ChoiceField(
            name,
            _LABELS[name],
            tuple((str(number), f"Column {number + 1}") for number in range(_OPTIONS)),
            required=name == "name",
        )
        for name in COLUMN_FIELDS
    ),
)
LOOK_FOR = Form(
    "import_look_for",
    "Whom do you look for?",
    (
        TextField("organization", "Where they work", "Part of a name is enough: hospital"),
        TextField("role", "What they do", "Such as nurse; leave all empty to see everybody"),
        TextField("school", "School", "If your list has schools"),
    ),
)
_PEOPLE_ALONE = (
    "This notebook was written by another installation of mine, or changed since. So I read its "
    "people alone: **its talks, entries and reminders do not come along**."
)
_AS_KNOWN = (
    "They come in as **Known**: I remind you of nothing about them until you ask somebody for a "
    "talk."
)


def _press(
    upload: Upload, verb: str, label: str, *, style: str = "secondary", arg: str = ""
) -> Press:
    return Press("u", upload.key, f"import_{verb}", label, style, arg)


def steps_card(title: str, lines: tuple[str, ...] | list[str]) -> Card:
    """Say how to get a list of the people one knows."""
    return Card(
        f"## {title}\n" + "\n".join(lines), rows=((menu("ideas", "Ideas without a list"),),)
    )


def columns_form(upload: Upload) -> tuple[Form, dict[str, str]]:
    """Give the form that asks which column is which, and what it is filled in with."""
    # One column may be told for two fields, and stands in the lists once.
    told = {number for numbers in upload.read_as.values() for number in numbers}
    shown = sorted([*told, *(n for n in range(len(upload.columns)) if n not in told)][:_OPTIONS])
    options = tuple((str(n), upload.columns[n].strip() or f"Column {n + 1}") for n in shown)
    known = {
        name: str(upload.read_as[name][0]) for name in COLUMN_FIELDS if upload.read_as.get(name)
    }
    parts = _parts_of_name(upload.read_as)
    of_name = options
    if parts and "name" not in known:
        whole = ", ".join(upload.columns[n].strip() for n in parts)
        of_name, known["name"] = ((_PARTS, whole), *options[: _OPTIONS - 1]), _PARTS
    fields = tuple(
        replace(part, options=of_name if part.name == "name" else options)
        for part in COLUMNS.fields
    )
    return replace(COLUMNS, fields=fields), known


def _parts_of_name(read_as: Columns) -> list[int]:
    return [n for part in NAME_PARTS for n in read_as.get(part, ())]


def named_columns(upload: Upload, values: Mapping[str, str]) -> dict[str, list[int]]:
    """Read which column is which: what was not asked about, or not changed, stays as it was."""
    told = upload.read_as
    asked = {*COLUMN_FIELDS, *(() if values.get("name") == _PARTS else NAME_PARTS)}
    named = {
        name: told[name] if told.get(name, [])[:1] == [int(text)] else [int(text)]
        for name, text in values.items()
        if name in COLUMN_FIELDS and text.isdecimal()
    }
    return {name: columns for name, columns in told.items() if name not in asked} | named


def columns_card(upload: Upload, read_as: Columns) -> Card:
    """Say how a table's columns would be read, and let that be put right."""
    whole = {"name": _parts_of_name(read_as), **read_as}
    is_known = bool(whole["name"])
    lines = [
        f"- **{label}**: {', '.join(plain_text(upload.columns[n][:60]) for n in whole[name])}"
        for name, label in _LABELS.items()
        if whole.get(name)
    ]
    head = "This is how I would read it:" if is_known else "I can't tell which column is the name."
    rows = "1 row" if upload.rows == 1 else f"{upload.rows:,} rows"
    text = f"**{plain_text(upload.file)}** has {rows}. {head}\n" + "\n".join(lines)
    row = (
        *((_press(upload, "go_on", "Go on", style="primary"),) if is_known else ()),
        _press(
            upload, "columns", "Say which is which", style="secondary" if is_known else "primary"
        ),
        _press(upload, "drop", "Cancel"),
    )
    return Card(text, rows=(row,))


def preview_card(upload: Upload) -> Card:
    """Say who is in an upload: new, known, unreadable and why."""
    total = upload.new + upload.known + upload.unreadable_count
    source = "" if upload.kind == "CSV" else f" ({upload.kind})"
    lines = [
        f"**{plain_text(upload.file)}**{source}: {total:,} {_people(total)}.",
        *_counts(upload),
    ]
    if upload.kind == NOTEBOOK:
        lines += ["", _PEOPLE_ALONE]
    if upload.new:
        lines += ["", _AS_KNOWN]
    take = (
        _press(upload, "pick", "Pick people", style="primary", arg="0"),
        _press(upload, "take", f"Take all {upload.new:,}", arg="all"),
        *_others(upload),
    )
    again = (_press(upload, "columns", "Other columns"),) if upload.columns else ()
    row = (*(take if upload.new else ()), *again, _press(upload, "drop", "Cancel"))
    return Card("\n".join(lines), rows=(row,))


def _others(upload: Upload) -> tuple[Press, ...]:
    others = upload.new - len(upload.namesakes)
    if not upload.namesakes or not others:
        return ()
    return (_press(upload, "take", f"Take the {others:,} others", arg="others"),)


def _namesakes(upload: Upload) -> str:
    count = len(upload.namesakes)
    who = "of them have" if count > 1 else "of them has"
    more = f" and {count - len(upload.named):,} more" if count > len(upload.named) else ""
    return (
        f"- **{count:,}** {who} the name of somebody in your notebook: "
        f"{plain_text(', '.join(upload.named))}{more}. If it is the same person, leave them out; "
        "two cards can also be joined later, under **More** on the card."
    )


def _counts(upload: Upload) -> list[str]:
    lines = [f"- **{upload.new:,}** new" if upload.new else "- Nobody is new."]
    if upload.namesakes:
        lines.append(_namesakes(upload))
    if upload.known:
        lines.append(
            f"- {upload.known:,} you have already, or twice in it: the same profile, email, or "
            "name and workplace"
        )
    if upload.unreadable_count:
        word = "card" if upload.kind == "vCard" else "row"
        shown = [f"{word} {number}: {why}" for number, why in upload.unreadable[:_REASONS]]
        more = upload.unreadable_count - len(shown)
        rest = f" · and {more:,} more" if more else ""
        lines.append(f"- {upload.unreadable_count:,} I could not read: {' · '.join(shown)}{rest}")
    if upload.shortened:
        lines.append(f"- {upload.shortened:,} had more in a field than fits; it is cut with “…”")
    return lines


def places_of(upload: Upload) -> list[int]:
    """List the places of all who fit what is looked for."""
    return list(range(upload.new)) if upload.fits is None else upload.fits


def shown_places(upload: Upload) -> list[int]:
    """List the places on the page that is open."""
    return places_of(upload)[upload.page * PAGE : (upload.page + 1) * PAGE]


def pick_card(upload: Upload, shown: Mapping[int, Mapping[str, str]]) -> Card:
    """Draw a page of people to tick."""
    fits, ticked = len(places_of(upload)), len(upload.ticked)
    lines = ["**Whom would you like in your notebook?** Only those you tick are stored."]
    looked_for = [f"“{plain_text(text)}”" for text in upload.looked_for.values()]
    if looked_for:
        lines.append(f"Looking for {' and '.join(looked_for)}: {fits:,} {_people(fits)}.")
    lines.append(f"{ticked:,} ticked so far.")
    if shown:
        first = upload.page * PAGE + 1
        lines.append(f"-# {first:,} to {first + len(shown) - 1:,} of {fits:,}")
    menus = (_people_menu(upload, shown),) if shown else ()
    return Card("\n".join(lines), menus=menus, rows=(_turning(upload, fits), _taking(upload)))


def _people_menu(upload: Upload, shown: Mapping[int, Mapping[str, str]]) -> Menu:
    options = tuple(
        (str(place), one.get("name", ""), _about(upload, place, one))
        for place, one in shown.items()
    )
    ticked = frozenset(map(str, upload.ticked))
    return Menu(_press(upload, "tick", ""), options, "Tick people", ticked)


def _about(upload: Upload, place: int, one: Mapping[str, str]) -> str:
    parts = [one[part] for part in ("role", "organization", "school") if one.get(part)]
    return " · ".join((["Same name as one you have"] if place in upload.namesakes else []) + parts)


def _turning(upload: Upload, fits: int) -> tuple[Press, ...]:
    row: list[Press] = []
    if upload.page > 0:
        row.append(_press(upload, "pick", "Earlier", arg=str(upload.page - 1)))
    if (upload.page + 1) * PAGE < fits:
        row.append(_press(upload, "pick", "More", arg=str(upload.page + 1)))
    row.append(_press(upload, "look_for", "Look for …"))
    if fits:
        row.append(_press(upload, "tick_all", f"Tick all {fits:,}"))
    return tuple(row)


def _taking(upload: Upload) -> tuple[Press, ...]:
    row = [_press(upload, "back", "Back"), _press(upload, "drop", "Cancel")]
    if upload.ticked:
        label = f"Take the {len(upload.ticked):,} ticked"
        row.insert(0, _press(upload, "take", label, style="primary", arg="ticked"))
    return tuple(row)


def under_way_card(done: int, total: int) -> Card:
    """Say how far an import has come."""
    return Card(
        f"Taking in {total:,} {_people(total)} … {done:,} done. You can go on meanwhile.\n"
        "-# Should this stand still for a minute, I was cut off and nothing came in: please send "
        "the file once more."
    )


def taken_card(stored: Stored, count: int) -> Card:
    """Say who came in, and what to do with them."""
    text = (
        f"**{count:,} {_people(count)}** came into your notebook, as Known. "
        "For 30 days **Undo** takes them all back."
    )
    row = (menu("ideas", "Whom to start with", style="primary"), menu("people", "People"))
    return Card(text, rows=(row,), change=stored.change, takes_long=True)


def looked_for_in(values: Mapping[str, str]) -> dict[str, str]:
    """Give what of a form is looked for."""
    return {name: values.get(name, "").strip() for name in LOOKED_FOR}


def _people(count: int) -> str:
    return "person" if count == 1 else "people"


def brought_back_card(counts: Mapping[str, int], change: str) -> Card:
    """Say what of a member's own notebook came back."""
    words = {
        "contacts": ("person", "people"),
        "interviews": ("talk", "talks"),
        "touches": ("entry", "entries"),
    }
    told = ", ".join(
        f"{counts[table]:,} {one if counts[table] == 1 else many}"
        for table, (one, many) in words.items()
    )
    text = (
        f"## Your notebook is back\n{told}, with their promises, plans and reminders. What was "
        "here already stayed as it was."
    )
    row = (menu("today", "Today"), menu("people", "People"))
    return Card(text, rows=(row,), change=change, takes_long=True)
