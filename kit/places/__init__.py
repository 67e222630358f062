"""Where the kit runs."""
