"""What the reader drags: widgets that compute in the page, alive with or without a kernel."""

from gencourse.widgets.bumps import Bumps
from gencourse.widgets.competition import Competition
from gencourse.widgets.interpolation import Interpolation
from gencourse.widgets.latent_pad import LatentPad
from gencourse.widgets.latent_sliders import LatentSliders
from gencourse.widgets.taxonomy import Taxonomy

__all__ = ["Bumps", "Competition", "Interpolation", "LatentPad", "LatentSliders", "Taxonomy"]
