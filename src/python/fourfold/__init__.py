"""Checked mathematics and checked gradients, as targets of Pants."""

# Of both wheels; a report says it of the shipped locks.
VERSION = "0.1.0"
