"""Measurements: an installation of any size, and how near the API comes to the limit."""
