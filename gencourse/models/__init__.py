"""What is learned: one idea a file, to be read beside its paper.

Here live networks, densities and losses, each an `nn.Module` or a function of tensors; the words are those of
torch.distributions and of the papers. No trainer, no figure and no exercise. It may import `support`, and from `data`
only `augment`, as a model may say what views of an image it takes.
"""
