"""The catalogues, one webcare.po a language, and what keeps them in step with the source."""
