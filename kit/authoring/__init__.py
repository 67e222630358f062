"""From a text to a lesson, and to other tools."""
