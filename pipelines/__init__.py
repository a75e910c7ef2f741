"""How it is computed: pure Polars and DuckDB, one module per stage; nothing here knows Dagster."""
