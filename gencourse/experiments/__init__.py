"""What the authors ran at real length and committed: the experiments, and the recipes of the shipped weights.

A file reads like the method's section of a paper: functions of named parameters and a seed that return numbers, each
with its grid. `experiment` says what one is, `evidence` reads what came of it; `runs` carries them out. It may import
`training`, `measure`, and what lies below them; no lesson and no widget.
"""
