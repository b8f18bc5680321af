"""The command line: what a shell calls."""
