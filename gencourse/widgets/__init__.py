"""What the reader drags: widgets whose decoder runs in the page, alive with or without a kernel."""

from gencourse.widgets.interpolation import Interpolation
from gencourse.widgets.kl_directions import KLDirections
from gencourse.widgets.latent_pad import LatentPad
from gencourse.widgets.latent_sliders import LatentSliders
from gencourse.widgets.likelihood_fit import LikelihoodFit

__all__ = ["Interpolation", "KLDirections", "LatentPad", "LatentSliders", "LikelihoodFit"]
