"""The commands, one a file: what each is called, asks for and prints."""
