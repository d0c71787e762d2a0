"""What other tools post to us, and answers to them. Only `spec`, `proof` and `mapping` are imported before an account."""
