"""The picture in a form: of a reply, or of a public update."""

from __future__ import annotations

from bot.domain.cases.picture import Picture
from bot.views.cases import picture as view
from handlers.deps import Body, HandlerDeps, entered


def chosen(deps: HandlerDeps, body: Body) -> Picture | None:
    """Return the picture in a modal: the file that was chosen now, else one of before that is still ticked.

    One with a description alone has no file. None if there is neither.
    """
    alt = deps.read(entered(body, view.ALT).get("value") or "").text
    for file in entered(body, view.FILE).get("files") or ():
        name, kind, size = str(file.get("name") or ""), str(file.get("mimetype") or ""), file.get("size")
        return Picture(str(file["id"]), name, kind, size if isinstance(size, int) else 0, alt)
    for kept in entered(body, view.KEPT).get("selected_options") or ():
        return view.chosen_before(kept, alt)
    return Picture("", "", "", 0, alt) if alt.strip() else None
