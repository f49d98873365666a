"""The built-in functions: one file a section, and the table that joins them (`signatures`)."""
