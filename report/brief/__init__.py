"""The two-page brief for ministers, from the same release as the report."""
