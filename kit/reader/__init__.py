"""The machine reader: a word list and rules that anybody can read, change and run again."""
