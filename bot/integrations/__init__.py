"""What is asked beside the networks: one package each, behind a small protocol."""
