"""What the reader writes: each exercise under the name of the function that answers it.

    from gencourse.exercises import gaussian_kl

    gaussian_kl.check(my_function)     gaussian_kl.hint()     gaussian_kl.hint(2)     gaussian_kl.solution()

Here lives a module for each theme of a lesson: questions, trials, hints and mistakes. How an answer
is judged stands in `checking`; the answers are the package's own functions, in `models`, `measure` and `data`. This
room may import those, and `support`. How to write one is told in docs/exercises.md. Each exercise is loaded when it is
first asked for.
"""

from importlib import import_module
from typing import Any

_MODULES = {
    "start": ("bits_per_dim",),
    "turned_and_placed": ("rotate_quarters", "crop_patches"),
    "hidden_and_grey": ("hidden_patches", "masked_mse", "hue_bins"),
    "contrastive": ("adjust_brightness", "cosines", "nt_xent", "negative_shares"),
    "alignment_and_uniformity": ("alignment", "uniformity"),
    "moco": ("info_nce", "enqueue", "moving_average"),
    "dino": ("teacher_probabilities", "update_centre", "distillation_loss"),
    "densities": ("log_normalise", "diagonal_gaussian_log_prob", "mixture_log_prob", "bayes_posterior"),
    "detection": ("auroc", "accuracy_at_coverage", "best_of_k", "noisy"),
    "maximum_likelihood": ("coin_log_likelihood", "gaussian_mle", "gaussian_score"),
    "em": ("em_step",),
    "divergence": ("categorical_kl", "held_out_bits"),
    "losses_as_likelihoods": ("categorical_nll", "gaussian_nll"),
    "sequence": ("last_given_rest", "shift_right", "back_off", "rnn_step", "attention_weights"),
    "writing": ("keep_top_k", "keep_top_p"),
    "made": ("made_mask",),
    "masked_convolution": ("subpixel_mask", "causal_mask", "compose_kernels"),
    "pixels": ("level_log_prob", "draw_level"),
    "patches": ("patchify", "unpatchify"),
    "autoencoder": ("squared_error", "sample_like"),
    "pca": ("pca_reconstruct", "principal_angles"),
    "latent_variables": ("log_joint", "prior_estimate", "linear_gaussian_posterior"),
    "elbo": ("sampled_elbo", "sampled_kl", "gap"),
    "gaussian_posterior": ("gaussian_kl", "reparameterise"),
    "vae": ("elbo_terms",),
    "trained_vae": ("iwae_bound", "traverse"),
    "comparison": ("paired_difference", "surely_better"),
    "choice": ("chosen_on_validation", "drawing_time"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}
_FRAMEWORK = ("Exercise", "Mistake", "Result")

__all__ = [*_FRAMEWORK, *_HOME, "names"]


def names() -> tuple[str, ...]:
    """The names of all exercises, in the order of the lessons."""
    return tuple(_HOME)


def __getattr__(name: str) -> Any:
    if name in _FRAMEWORK:
        return getattr(import_module("gencourse.exercises.checking.exercise"), name)
    if name in _HOME:
        return getattr(import_module(f"gencourse.exercises.{_HOME[name]}"), name)
    raise AttributeError(f"there is no exercise {name!r}; there are {', '.join(_HOME)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
