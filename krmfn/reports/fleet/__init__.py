"""Clusters as pages and pictures: one model (`model.py`), one writer for each format."""
