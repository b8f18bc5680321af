"""Validation of the API server that is not in its schemas, one module per group of definitions.

A rule takes a map that has the shape of its definition, and its path; it yields findings.
"""
