"""What the API server's own validation refuses and no schema says, one module per group of definitions.

A rule takes a map that has the shape of its definition, and its path; it yields findings.
"""
