"""Edits of the user's own files that answer findings: planned, tried, and judged again before anything is written."""
