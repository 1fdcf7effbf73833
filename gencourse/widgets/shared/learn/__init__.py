"""Training in the page: a kernel, dense layers, the families of models, and the points that they learn, as in Python."""
