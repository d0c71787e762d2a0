"""X, through tweepy, which is imported in this package alone."""

from bot.networks.x.client import XAccount

__all__ = ["XAccount"]
