"""The estimates converge to the truth, slowly from the prior and fast from a good q, in Python and in the page."""

import re

import pytest
import torch
from torch.distributions import MultivariateNormal

from gencourse.widgets import PriorSampling


def error(widget, k):
    return float((widget.estimates()[k - 1] - widget.log_prob()).square().mean().sqrt())


def readout(host):
    """The truth and the root-mean-square error, as the page writes them."""
    host.settle()
    first = host.page.inner_text(".gc-readout").replace("−", "-")
    values = [float(x) for x in re.findall(r"-?\d+\.\d+", first)]
    return values[0], values[3]


@pytest.mark.parametrize("latents", [1, 5, 20])
def test_log_prob_is_that_of_the_linear_model(latents):
    widget = PriorSampling(0.7)
    widget.latents = latents
    covariance = (1 + 0.7**2) * torch.eye(latents)
    expected = MultivariateNormal(torch.zeros(latents), covariance).log_prob(torch.tensor(widget.x[:latents]))
    assert widget.log_prob() == pytest.approx(float(expected), abs=1e-4)


@pytest.mark.parametrize("source", ["prior", "q"])
def test_estimates_converge_to_the_truth(source):
    widget = PriorSampling()
    widget.source = source
    assert error(widget, 10_000) < 0.06 < error(widget, 10)


def test_a_good_q_is_worth_orders_of_magnitude_with_twenty_latents():
    widget = PriorSampling()
    widget.latents = 20
    from_prior = error(widget, 10_000)
    widget.source = "q"
    assert error(widget, 100) < from_prior / 10


def test_the_page_agrees_and_q_beats_the_prior_there_too(mount):
    widget = PriorSampling()
    host = mount(widget, viewport={"width": 900, "height": 700})
    truth, at_100 = readout(host)
    assert truth == pytest.approx(widget.log_prob(), abs=0.006) and 0.02 < at_100 < 1.5
    host.page.click("text='20'")
    _, from_prior = readout(host)
    host.page.click("text='a good q(z | x)'")
    _, from_q = readout(host)
    assert host.get("latents") == 20 and host.get("source") == "q"
    assert from_q < 0.8 < 5 < from_prior


def test_more_samples_lower_the_error_in_the_page(mount):
    host = mount(PriorSampling(), viewport={"width": 900, "height": 700})
    host.page.focus(".gc-slider")
    host.page.keyboard.press("Home")
    _, one = readout(host)
    host.page.keyboard.press("End")
    _, ten_thousand = readout(host)
    assert host.get("log_k") == 4 and ten_thousand < 0.1 < one


def test_drawing_again_gives_other_estimates_of_the_same_truth(mount):
    host = mount(PriorSampling(), viewport={"width": 900, "height": 700})
    before = readout(host)
    host.page.click(".gc-again")
    after = readout(host)
    assert after[0] == before[0] and after[1] != before[1]


@pytest.mark.parametrize("sigma", [0.0, 3.0])
def test_a_sigma_out_of_range_is_refused(sigma):
    with pytest.raises(ValueError, match=r"sigma=.*from 0.1 to 2"):
        PriorSampling(sigma)
