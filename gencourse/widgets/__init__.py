"""What the reader drags: widgets that compute in the page, alive with or without a kernel.

A lesson's questions, too, are widgets (`quiz`, `prediction`, `reveal`); `lesson.quiz(NAME)` and its like make them.

A widget is one .py and one .js of its name; `shared` holds what they share. What a widget shows is computed in `models`
and `measure`, and drawn for its still by `figures`. It may import those, `data`, `support`, and what lies below it.
"""

from gencourse.widgets.attention_maps import AttentionMaps
from gencourse.widgets.augmentation_lab import AugmentationLab
from gencourse.widgets.bottleneck import Bottleneck
from gencourse.widgets.bumps import Bumps
from gencourse.widgets.collapse_player import CollapsePlayer
from gencourse.widgets.competition import Competition
from gencourse.widgets.cost_calculator import CostCalculator
from gencourse.widgets.derivation import Derivation
from gencourse.widgets.embedding_map import EmbeddingMap
from gencourse.widgets.gap import Gap
from gencourse.widgets.interpolation import Interpolation
from gencourse.widgets.key_ring import KeyRing
from gencourse.widgets.kl_directions import KLDirections
from gencourse.widgets.latent_pad import LatentPad
from gencourse.widgets.latent_sliders import LatentSliders
from gencourse.widgets.likelihood_fit import LikelihoodFit
from gencourse.widgets.matrix_player import MatrixPlayer
from gencourse.widgets.pixel_player import PixelPlayer
from gencourse.widgets.playground import Playground
from gencourse.widgets.pretext_game import PretextGame
from gencourse.widgets.prior_sampling import PriorSampling
from gencourse.widgets.prompt_board import PromptBoard
from gencourse.widgets.receptive_field import ReceptiveField
from gencourse.widgets.similarity_matrix import SimilarityMatrix
from gencourse.widgets.taxonomy import Taxonomy
from gencourse.widgets.text_player import TextPlayer
from gencourse.widgets.which_model import WhichModel
from gencourse.widgets.word_shelf import WordShelf

__all__ = [
    "AttentionMaps",
    "AugmentationLab",
    "Bottleneck",
    "Bumps",
    "CollapsePlayer",
    "Competition",
    "CostCalculator",
    "Derivation",
    "EmbeddingMap",
    "Gap",
    "Interpolation",
    "KLDirections",
    "KeyRing",
    "LatentPad",
    "LatentSliders",
    "LikelihoodFit",
    "MatrixPlayer",
    "PixelPlayer",
    "Playground",
    "PretextGame",
    "PriorSampling",
    "PromptBoard",
    "ReceptiveField",
    "SimilarityMatrix",
    "Taxonomy",
    "TextPlayer",
    "WhichModel",
    "WordShelf",
]
