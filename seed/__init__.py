"""A plan's text on its way into the record: reading, loading, and sample data."""
