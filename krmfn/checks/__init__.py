"""Checks of final objects: what an API server refuses, and what does not fit together."""
