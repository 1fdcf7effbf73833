"""How a model is trained: `fit`, the loop, which is a page, and what stands beside it.

Beside the loop stand the engine (Accelerate, Adam), the precision, the seeds, the checkpoint, the history, what is
shown while it runs, and the loading of shipped weights (`pretrained`). What a model minimises stands in the model; how
good it became is measured in `measure`; the recipes of the shipped weights are in `experiments.weights`. It may import
`data`, `figures` and `support`, and loads `models` by name where weights are loaded.
"""
