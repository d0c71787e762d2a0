"""A picture in the form of a reply or of a public update, and what is said of it before and after it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.cases.picture import EXTENSIONS, Picture
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.modal_update import FILLED
from bot.views.common.text import cut, escape

FILE = "picture"
ALT = "picture_alt"
KEPT = "picture_kept"
"""Block ids, and action ids, of the fields."""


def fields(kept: Picture | None, t: Translator) -> list[Block]:
    """Build the fields for a picture and its description.

    Slack gives no way to put a file into a field, so one that was `kept` has a tick of its own, which can be taken out.
    """
    chosen: list[Block] = []
    again = ""
    if kept is not None and kept.file:
        option = b.option(cut(kept.name, 70) or "—", f"{kept.file} {kept.size} {kept.kind}"[:150])
        element: Block = {"type": "checkboxes", "action_id": KEPT, "options": [option], "initial_options": [option]}
        chosen.append(b.input_block(t("🖼️ The picture that you chose"), KEPT, element) | {"optional": True})
        again = f"{FILLED}{kept.file}"  # a field of the same name would still hold the same file
    label = t("🖼️ Another picture") if chosen else t("🖼️ Picture")
    file: Block = {"type": "file_input", "action_id": FILE, "filetypes": [*EXTENSIONS], "max_files": 1}
    described = b.text_input(
        t("What the picture shows"),
        ALT,
        placeholder=t("For those who cannot see it. A picture needs this"),
        value=kept.alt if kept else "",
        optional=True,
    )
    return [
        *chosen,
        b.input_block(label, FILE, file) | {"block_id": FILE + again, "optional": True},
        described,
    ]


def chosen_before(option: Mapping[str, Any], alt: str) -> Picture:
    """Return the picture that a tick stands for, with this description."""
    file, size, kind = f"{option['value']}  ".split(" ")[:3]
    return Picture(file, str(option["text"]["text"]), kind, int(size) if size.isdecimal() else 0, alt)


def shown_with(picture: Picture | None, t: Translator) -> Block | None:
    """Say that a picture goes with what is posted, and how it is described."""
    if picture is None:
        return None
    return b.context(t("🖼️ With a picture: {description}", description=escape(picture.alt, 300)))
