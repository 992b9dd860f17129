"""The domain: stages, guards, authority, the record. Knows no web and no GraphQL."""
