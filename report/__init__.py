"""What is said: the report project, its figures, tables and sentences, and its renderer."""
