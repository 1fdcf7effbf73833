"""Lessons run by the machine: one with parameters, a sweep over a grid, the table of what they recorded.

Here lives what executes notebooks and gathers what came of it. It may import `course` and what lies below it.
"""
