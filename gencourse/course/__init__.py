"""What a lesson is: the list of lessons, its first line (`begin`), parameters, records, and the reader's progress.

Here lives what a lesson has in common with all others. What it teaches stands in the notebook; running many of them is
`runs`. It may import everything below: exercises, widgets and the rest, but neither `runs` nor `publish`.
"""
