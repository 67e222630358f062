"""What a text is, and marks on it."""
