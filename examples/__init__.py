"""Example returns: invented ones for the demonstration, and published figures in the form of returns."""
