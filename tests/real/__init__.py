"""The desk on real servers, tried by hand: see CONTRIBUTING. Nothing here runs in CI."""
