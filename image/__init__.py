"""Builds the container image: a base from Debian packages, wheels, and what is installed inside."""
