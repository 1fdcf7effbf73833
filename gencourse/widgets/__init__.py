"""What the reader drags: widgets whose decoder runs in the page, alive with or without a kernel."""

from gencourse.widgets.interpolation import Interpolation
from gencourse.widgets.latent_pad import LatentPad
from gencourse.widgets.latent_sliders import LatentSliders

__all__ = ["Interpolation", "LatentPad", "LatentSliders"]
