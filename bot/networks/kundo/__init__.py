"""Forums at Kundo. Only `spec` is imported before an account is built."""
