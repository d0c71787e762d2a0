"""Mastodon, and what speaks its API. Only `spec` is imported before an account is built."""
