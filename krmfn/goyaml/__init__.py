"""Text to values and back by Go's rules."""
