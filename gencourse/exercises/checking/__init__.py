"""How an answer is judged: call it, compare it with the key, recognise the mistake, and say so in a box.

Here lives what all exercises share; questions, hints and mistakes stand in the module of their lesson, one floor up.
It may import `support` alone, but for grading, which looks exercises up by name.
"""
