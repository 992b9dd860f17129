"""The process: settings, the database, who asks, what is answered where, and the command line."""
