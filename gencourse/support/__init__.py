"""What everyone needs and no one teaches: places, atomic writes, checks of arguments, threads, notes, MathML.

Here lives what more than one room uses and no lesson is about. It knows no model, no figure and no lesson, and may
import nothing else of the package.
"""
