"""The shipped weights: their recipes, `pretrain`, which makes them again, and the table of how well they do.

Loading them is `training.pretrained`'s.
"""
