"""Zones: which spread rule a cluster gets, which placements it allows, what a lost zone costs."""
