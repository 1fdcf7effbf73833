"""What leaves: a lesson as one page that moves without a kernel, and hand-outs for nbgrader.

It may import every other room; nothing but the command imports it.
"""
