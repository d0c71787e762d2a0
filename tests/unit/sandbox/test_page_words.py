"""The page's own words, which `webcare demo --language` shows in Dutch and Swedish too."""

from __future__ import annotations

import re
from pathlib import Path

from bot.sandbox import page

STATIC = Path(page.__file__).parent / "static"
WORDS = (STATIC / "words.js").read_text("utf-8")


def test_every_word_of_the_page_has_dutch_and_swedish() -> None:
    translated = set(re.findall(r'^  "(.+?)": \{ nl: ".+", sv: ".+" \},$', WORDS, re.MULTILINE))
    scripts = [path.read_text("utf-8") for path in STATIC.glob("*.js")]
    said = {words for script in scripts for words in re.findall(r'\bsay\("(.+?)"', script)}
    assert len(said) > 60
    assert said <= translated
