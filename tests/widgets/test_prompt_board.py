"""The board's pictures are the model's, in Python and in the page, and the noise outlasts a change of the prompt."""

import pytest
import torch
import traitlets

from gencourse.data.captions import N_WORDS, WORDS, caption, one_hot
from gencourse.models.conditional_vae import ConditionalVAE
from gencourse.widgets import PromptBoard

HEART = {"shape": "heart", "colour": "red"}


def build():
    torch.manual_seed(3)
    model = ConditionalVAE((3, 8, 8), 2, conditions=N_WORDS, hidden=(16,), channels=(4,))
    with torch.no_grad():
        for parameter in model.decoder.parameters():
            parameter.mul_(2)
    return model


def in_page(host, k):
    canvas = f".gc-eight canvas:nth-child({k + 1})"
    return host.pixels(canvas)[..., :3].permute(2, 0, 1).float() / 255


def test_the_pictures_are_those_the_model_decodes():
    model, board = build(), PromptBoard(build(), HEART, seed=5)
    c = one_hot(caption(HEART)[None]).expand(8, -1)
    torch.testing.assert_close(board.pictures(), model.sample(c, generator=torch.Generator().manual_seed(5)))
    assert board.label() == "eight pictures of “a red heart”" and board.still().width > 0


def test_the_page_draws_them_and_keeps_the_noise_when_a_word_changes(mount):
    board = PromptBoard(build(), HEART)
    host = mount(board, viewport={"width": 900, "height": 700})
    torch.testing.assert_close(in_page(host, 2), board.pictures()[2], atol=0.01, rtol=0)
    noise = host.get("noise")
    host.page.select_option("select[aria-label=colour]", label="blue")
    assert host.get("noise") == noise
    board.prompt = host.get("prompt")
    assert board.prompt == caption(HEART | {"colour": "blue"}).tolist()
    torch.testing.assert_close(in_page(host, 2), board.pictures()[2], atol=0.01, rtol=0)
    host.page.select_option("select[aria-label=shape]", label="any")
    assert host.get("prompt") == caption({"colour": "blue"}).tolist()
    host.page.click(".gc-none")
    assert host.get("prompt") == [0] * len(WORDS)
    host.page.click(".gc-again")
    assert host.get("noise") != noise


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="model.conditions=2"):
        PromptBoard(ConditionalVAE((3, 8, 8), 2, conditions=2, hidden=(4,), channels=()))
    with pytest.raises(ValueError, match="colour='pink'"):
        PromptBoard(build(), {"colour": "pink"})
    with pytest.raises(traitlets.TraitError, match="prompt="):
        PromptBoard(build()).prompt = [9] * 6
    with pytest.raises(traitlets.TraitError, match="16 finite numbers"):
        PromptBoard(build()).noise = [0.0]
