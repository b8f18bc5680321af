"""From old and new objects to changes, each with what it does to a running cluster. Pure: no I/O, nobody is asked."""
