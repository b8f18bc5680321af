"""The pipeline: sources and settings to rendered clusters, and what becomes of the objects of before."""
