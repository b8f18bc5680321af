"""Findings, changes and plans as text, JSON and Markdown."""
