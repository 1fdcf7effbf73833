"""What the authors ran at real length and committed. Today: the recipes of the shipped weights, in `weights`.

It may import `training`, `measure`, and what lies below them; no lesson and no widget.
"""
