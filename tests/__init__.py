"""The tests, as a package: so that no other top-level package of this name is taken for it."""
