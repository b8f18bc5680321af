"""Who calls: kpt, kustomize, a shell. The only place that touches sys, os and argparse."""
