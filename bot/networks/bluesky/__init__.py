"""Bluesky: an account on any server of the AT protocol."""
