"""What exists and when: thin Dagster assets and checks, jobs, and the command line."""
