"""Timings of the project: ratios in one run, never a test."""
