"""Every figure that the course reports: likelihood, latents, probes, detection, samples, comparisons of models.

Here lives what turns a model and test images into a number with its error. It trains nothing that the lessons teach
(probes are scikit-learn's), and draws nothing. It may import `models`, `data` and `support`.
"""
