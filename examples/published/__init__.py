"""Published figures in the form of returns."""
