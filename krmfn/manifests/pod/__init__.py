"""The pod template of the StatefulSet."""
