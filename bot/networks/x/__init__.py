"""X, through tweepy, which is imported in this package alone. Only `spec` is imported before an account is built."""
