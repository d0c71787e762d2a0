"""What other tools post to us, and our answers to them. Only the client is imported as late as an account is built."""
