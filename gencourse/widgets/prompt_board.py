"""Assemble a prompt from words, and eight sprites follow: a conditional VAE's decoder in the page."""

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import traitlets
from torch import Tensor

from gencourse.data.captions import N_WORDS, WORDS, caption, in_words, one_hot
from gencourse.figures import figure, pixels
from gencourse.models.conditional_vae import ConditionalVAE
from gencourse.widgets.shared.bundle import bundle, style
from gencourse.widgets.shared.decoder import export_decoder
from gencourse.widgets.shared.widget import Widget

PICTURES = 8


class PromptBoard(Widget):
    """Six words to choose or to leave out, and eight pictures of the prompt, each with a noise of its own.

    The noise stays when the prompt changes, so that one sees what the words alone do; a button draws it anew.

    Args:
        model: a conditional VAE whose condition is a caption of sprites. Its weights are copied as float16.
        words: the prompt at the start, such as {"shape": "heart", "colour": "red"}.
        seed: of the noise at the start.

    Attributes:
        prompt: a number for each slot of WORDS, 0 where the word is left out. noise: z of the eight, one after another.

    Raises:
        ValueError: on a model of other conditions, or a word that is not known.
    """

    _esm = bundle("prompt_board")
    _css = Widget._css + style("prompt_board")
    link = ("prompt", "noise")

    program = traitlets.Dict().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    slots = traitlets.List(traitlets.Unicode()).tag(sync=True)
    words = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    prompt = traitlets.List(traitlets.Int()).tag(sync=True)
    noise = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, model: ConditionalVAE, words: Mapping[str, str] | None = None, seed: int = 0):
        if getattr(model, "conditions", None) != N_WORDS:
            raise ValueError(
                f"model.conditions={getattr(model, 'conditions', None)!r}: allowed is a ConditionalVAE with "
                f"conditions={N_WORDS}, one for each word of a caption"
            )
        program, weights = export_decoder(model.decoder, model.likelihood.name, model.shape)
        self._model = copy.deepcopy(model).eval().cpu().float()
        noise = torch.randn(PICTURES, model.latent, generator=torch.Generator().manual_seed(seed))
        super().__init__(
            program=program,
            weights=weights,
            slots=list(WORDS),
            words=[list(values) for values in WORDS.values()],
            prompt=caption(words or {}).tolist(),
            noise=noise.flatten().tolist(),
        )

    @torch.no_grad()
    def pictures(self) -> Tensor:
        """The eight, (8, 3, H, W) in [0, 1], by torch and with the weights the widget shows."""
        c = one_hot(torch.tensor([self.prompt])).expand(PICTURES, -1)
        return self._model.decode(torch.tensor(self.noise).view(PICTURES, -1), c)

    def label(self) -> str:
        return f"eight pictures of “{in_words(self.prompt)}”"

    @traitlets.validate("prompt")
    def _is_a_caption(self, proposal: Any) -> list[int]:
        prompt: list[int] = proposal["value"]
        most = [len(values) for values in WORDS.values()]
        if len(prompt) != len(most) or not all(0 <= k <= n for k, n in zip(prompt, most, strict=True)):
            raise traitlets.TraitError(f"prompt={prompt!r}: allowed are {len(most)} numbers, at most {most}")
        return prompt

    @traitlets.validate("noise")
    def _is_noise(self, proposal: Any) -> list[float]:
        noise: list[float] = proposal["value"]
        if len(noise) != PICTURES * self._model.latent or not np.isfinite(noise).all():
            raise traitlets.TraitError(f"noise: allowed are {PICTURES * self._model.latent} finite numbers")
        return noise

    def _figure(self) -> Any:
        fig, axes = figure(7.2, 1.4, columns=PICTURES)
        for ax, picture in zip(axes, self.pictures(), strict=True):
            pixels(ax, picture)
        fig.suptitle(f"“{in_words(self.prompt)}”", fontsize=10)
        return fig
