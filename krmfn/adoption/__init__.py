"""Taking over a cluster from nats-manager: what runs, whether it is what is rendered, what is in the way, the steps.

Pure: a dump and what is rendered come in as objects, a verdict and a plan come out. Nothing is applied.
"""
