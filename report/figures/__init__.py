"""The charts of the report: which there are is data (`figures.yaml`), how each kind is drawn is code."""
