"""The arguments of one Web API call, from a form or from JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.errors import SlackError, invalid_arguments
from bot.sandbox.slack.records import Json


class Args:
    """Reads arguments by type. Ignores unknown ones, as Slack does; a wrong type raises `invalid_arguments`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, (bool, dict, list)):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def need(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        if value in (None, "", False, 0, "0", "false", "False"):
            return False
        if value in (True, 1, "1", "true", "True"):
            return True
        raise invalid_arguments(f"must be a boolean [json-pointer:/{name}]")

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def _json(self, name: str, refusal: SlackError) -> Any:
        value = self.values.get(name)
        if not isinstance(value, str) or value == "":
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise refusal from None

    def blocks(self) -> list[Any] | None:
        """Return `blocks` if given; an empty list counts as given. Raises `invalid_blocks_format`."""
        refusal = SlackError("invalid_blocks_format")
        value = self.values.get("blocks")
        found = value if value == [] else self._json("blocks", refusal)
        if found is not None and not isinstance(found, list):
            raise refusal
        return found

    def view(self) -> Json:
        refusal = invalid_arguments("failed to match all allowed schemas [json-pointer:/view]")
        found = self._json("view", refusal)
        if found is None:
            raise invalid_arguments("missing required field: view")
        if not isinstance(found, dict):
            raise refusal
        return found

    def metadata(self) -> Json | None:
        refusal = SlackError("invalid_metadata_format")
        value = self.values.get("metadata")
        found = value if value == {} else self._json("metadata", refusal)
        if found is None:
            return None
        if not isinstance(found, dict):
            raise refusal
        if not found:
            return {}
        event_type, payload = found.get("event_type"), found.get("event_payload")
        if not isinstance(event_type, str) or not event_type or not isinstance(payload, dict):
            raise SlackError("invalid_metadata_schema")
        return {"event_type": event_type, "event_payload": payload}
