"""Training in the page: a kernel, dense layers, the families of models, and what they learn, as Python has it."""
