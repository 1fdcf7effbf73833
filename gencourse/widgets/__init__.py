"""What the reader drags: widgets that compute in the page, alive with or without a kernel."""

from gencourse.widgets.bottleneck import Bottleneck
from gencourse.widgets.derivation import Derivation
from gencourse.widgets.gap import Gap
from gencourse.widgets.interpolation import Interpolation
from gencourse.widgets.latent_pad import LatentPad
from gencourse.widgets.latent_sliders import LatentSliders
from gencourse.widgets.prior_sampling import PriorSampling

__all__ = ["Bottleneck", "Derivation", "Gap", "Interpolation", "LatentPad", "LatentSliders", "PriorSampling"]
