"""What the window's own files lack: additions of ours, and a few words replaced in its scripts.

They fit the pinned simcord; a test tells when one no longer finds its place. Without them the
window works all the same, only less like Discord.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
ADDITIONS = {"/preview.css": "window.css", "/app.js": "window.js"}
REPLACEMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "/commands.js": (
        # A chosen option shows its name, not the value behind it.
        ('String(value?.raw ?? "");\n', 'String(value?.label ?? value?.raw ?? "");\n'),
        # What is chosen asks for no more choices; an empty field offers the first ones at once.
        (
            "          } else if (option.autocomplete) {\n"
            '            const current = String(field.value || "");\n',
            "          } else if (option.autocomplete && "
            "currentDraft().values[option.name]?.label) {\n"
            "            clearPopup();\n"
            "          } else if (option.autocomplete) {\n"
            '            const current = String(field.value || "");\n'
            "            if (!current && !autocompleteResults.has(autocompleteKey(currentDraft(), "
            "option.name, current))) queryAutocomplete(option, current);\n",
        ),
    ),
}


def fixed(path: str, content: bytes) -> bytes:
    """Mend one of the window's files on its way to the browser."""
    for old, new in REPLACEMENTS.get(path, ()):
        content = content.replace(old.encode(), new.encode())
    if name := ADDITIONS.get(path):
        content += b"\n" + (_HERE / name).read_bytes()
    return content
