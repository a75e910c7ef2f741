"""Invented returns for the demonstration."""
