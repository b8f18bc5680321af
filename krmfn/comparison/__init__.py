"""Two states of an input side by side: their objects, their pairs of packages, the rules of the CRD between them."""
