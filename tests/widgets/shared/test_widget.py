"""What all widgets do: leave the model alone, carry a still, refuse what they cannot show."""

import base64
import io
import json

import pytest
import torch
import traitlets
from PIL import Image

from gencourse.figures import DPI, SCREEN
from gencourse.models.vae import VAE
from gencourse.widgets import Interpolation, LatentPad, LatentSliders
from gencourse.widgets.shared.widget import spread, to_bytes

KINDS = [LatentPad, LatentSliders, Interpolation]


@pytest.fixture
def images(make_images):
    return make_images()


@pytest.mark.parametrize("kind", KINDS)
def test_the_bundle_holds_the_view_its_still_and_its_label(kind, make_model, images):
    widget = kind(make_model(), images)
    data, metadata = widget._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.size == widget.still().size and min(picture.size) > 60
    assert len(set(picture.convert("L").getdata())) > 10, "the still is not empty"
    assert metadata["image/png"]["width"] == pytest.approx(picture.width * SCREEN / DPI, abs=1), (
        "drawn denser than shown"
    )
    assert data["text/plain"] == repr(widget)
    json.dumps(data)


@pytest.mark.parametrize("kind", KINDS)
def test_the_label_is_the_same_in_every_run(kind, make_model, images):
    first, second = (repr(kind(make_model(), images)) for _ in range(2))
    assert first == second and first.startswith(f"{kind.__name__}(") and "0x" not in first


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_arguments_give_the_same_state(kind, make_model, images):
    dynamic = images.binarised("dynamic")
    torch.manual_seed(3)
    first = kind(make_model(), dynamic).page_state()
    torch.manual_seed(4)
    assert kind(make_model(), dynamic).page_state() == first


@pytest.mark.parametrize("kind", KINDS)
def test_the_still_shows_the_current_code(kind, make_model, images):
    widget = kind(make_model(), images)
    before = widget.still().tobytes()
    if kind is Interpolation:
        widget.end = 3
    else:
        widget.z = [1.5, -1.0]
    assert widget.still().tobytes() != before


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_is_left_as_it_was(kind, make_model, images):
    model = make_model().train().double()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    widget = kind(model, images)
    widget.still()
    assert model.training and next(model.parameters()).requires_grad
    assert all(tensor.dtype == torch.float64 for tensor in model.parameters())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_widget_shows_the_weights_it_was_made_with(make_model, images):
    model = make_model()
    widget = LatentPad(model, images)
    before = widget.still().tobytes()
    with torch.no_grad():
        model.decoder[0].weight.zero_()
    assert widget.still().tobytes() == before


@pytest.mark.parametrize("kind", KINDS)
def test_images_of_another_shape_are_refused(kind, make_model, make_images):
    with pytest.raises(ValueError, match=r"images of shape \(1, 6, 6\), but the model's shape is \(1, 8, 8\)"):
        kind(make_model(), make_images((1, 6, 6)))


@pytest.mark.parametrize("kind", KINDS)
def test_what_are_no_images_or_no_model_is_refused(kind, make_model, images):
    with pytest.raises(ValueError, match="images=Tensor: give the Images"):
        kind(make_model(), images.x)
    with pytest.raises(ValueError, match="model"):
        kind(torch.nn.Linear(2, 2), images)


def test_models_that_the_page_cannot_show_are_refused():
    with pytest.raises(ValueError, match="allowed are 1 channel"):
        LatentSliders(VAE((2, 8, 8), 2, hidden=(4,)))
    with pytest.raises(ValueError, match=r"model.latent=65: allowed are 1 to 64"):
        LatentSliders(VAE((1, 8, 8), 65, hidden=(4,)))


@pytest.mark.parametrize("z", [[0.0], [0.0, 1.0, 2.0], [float("nan"), 0.0]])
def test_codes_of_another_length_are_refused(z, make_model):
    widget = LatentPad(make_model())
    with pytest.raises(traitlets.TraitError, match="allowed are 2 finite numbers"):
        widget.z = z


def test_a_layer_that_the_page_cannot_run_is_named(make_model):
    model = make_model()
    model.decoder[1] = torch.nn.GELU()
    with pytest.raises(TypeError, match=r"decoder\[1\] is GELU"):
        LatentPad(model)


def test_page_state_is_json_and_holds_all_that_the_page_reads(make_model, images):
    state = json.loads(json.dumps(LatentPad(make_model(), images, n=30).page_state()))
    read = {"program", "weights", "z", "extent", "codes", "labels", "names", "colours", "covered", "laid"}
    assert set(state) == read
    assert len(base64.b64decode(state["codes"]["base64"])) == 30 * 2 * 4


def test_spread_takes_one_of_each_class_in_turn(images):
    assert images.y[spread(images, 7)].tolist() == [0, 1, 2, 3, 4, 0, 1]
    assert len(set(spread(images, 100))) == len(images)


def test_bytes_of_images():
    assert list(to_bytes(torch.tensor([0.0, 0.5, 1.0, 1.7, -1.0]))) == [0, 128, 255, 255, 0]
