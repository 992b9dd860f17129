"""The GraphQL API: what can be asked, done and followed. Knows no HTTP."""
