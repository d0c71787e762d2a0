"""The catalogues, one webcare.po for each language, and the tool that keeps them in step with the source."""
