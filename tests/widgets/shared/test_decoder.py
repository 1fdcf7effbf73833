"""The page's decoder gives the images that torch gives."""

import base64
import json

import pytest
import torch
from torch import nn

from gencourse.models.vae import VAE
from gencourse.widgets.shared.bundle import bundle
from gencourse.widgets.shared.decoder import export_decoder

MODELS = {
    "mlp": dict(latent=2, shape=(1, 28, 28), hidden=(60, 30)),
    "mlp of tanh, logistic": dict(latent=7, activation="tanh", likelihood="logistic"),
    "conv": dict(latent=3, shape=(1, 28, 28), channels=(8, 16)),
    "conv of silu, RGB, gaussian": dict(
        latent=10, shape=(3, 32, 16), channels=(8, 8, 8), activation="silu", likelihood="gaussian", scale=3.0
    ),
}


def run_in_page(open_page, program, weights, z):
    """The images of the codes z (B, D) by decoder.js: (B, C·H·W), and the milliseconds of one."""
    blob = base64.b64encode(weights).decode()
    page = open_page(
        f"""import {{ makeDecoder }} from "widgets/shared/decoder.js";
        const bytes = Uint8Array.from(atob("{blob}"), (c) => c.charCodeAt(0));
        const shifted = new Uint8Array(bytes.length + 3); // a view that does not begin at an even byte
        shifted.set(bytes, 3);
        const decode = makeDecoder({json.dumps(program)}, new DataView(shifted.buffer, 3));
        window.images = {json.dumps(z.tolist())}.map((z) => [...decode(z)]);
        const start = performance.now();
        for (let i = 0; i < 30; i++) decode([...{json.dumps(z[0].tolist())}]);
        window.milliseconds = (performance.now() - start) / 30;"""
    )
    page.wait_for_function("window.milliseconds !== undefined")
    return torch.tensor(page.evaluate("window.images")), page.evaluate("window.milliseconds")


@pytest.mark.parametrize("name", MODELS)
def test_the_page_decodes_as_torch_does(open_page, make_model, name):
    model = make_model(**MODELS[name])
    z = torch.randn(5, model.latent)
    images, _ = run_in_page(open_page, *export_decoder(model.decoder, model.likelihood.name, model.shape), z)
    with torch.no_grad():
        expected = model.decode(z).flatten(1)
    assert images.shape == expected.shape
    assert expected.std() > 0.05, "a flat picture would match anything"
    torch.testing.assert_close(images, expected, atol=2e-3, rtol=0)


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 1, 1), (5, 3, 0), (2, 2, 0), (4, 2, 3)])
def test_other_transposed_convolutions(open_page, kernel, stride, padding):
    torch.manual_seed(0)
    decoder = nn.Sequential(
        nn.Linear(2, 3 * 5 * 4),
        nn.Unflatten(1, (3, 5, 4)),
        nn.ConvTranspose2d(3, 1, kernel, stride, padding, bias=False),
        nn.Tanh(),
    )
    z = torch.randn(3, 2)
    with torch.no_grad():
        expected = decoder(z).clamp(0, 1)
    images, _ = run_in_page(open_page, *export_decoder(decoder, "gaussian", tuple(expected.shape[1:])), z)
    torch.testing.assert_close(images, expected.flatten(1), atol=2e-3, rtol=0)


def test_half_floats_are_read_exactly(open_page):
    """Zeros, subnormals, both signs and the largest value: a linear layer of them, added one by one."""
    values = torch.tensor([0.0, 2.0**-24, -(2.0**-15), 0.1, -1.5, 300.25]).half().float()
    decoder = nn.Sequential(nn.Linear(1, len(values), bias=False))
    decoder[0].weight.data = values[:, None]
    z = torch.tensor([[2.0**-9]])
    program, weights = export_decoder(decoder, "gaussian", (1, 1, len(values)))
    images, _ = run_in_page(open_page, program, weights, z)
    assert torch.equal(images[0], (values * 2.0**-9).clamp(0, 1))


def test_one_frame_has_time_for_an_image(open_page):
    model = VAE((1, 28, 28), 2, hidden=(400,))
    arguments = export_decoder(model.decoder, model.likelihood.name, model.shape)
    _, milliseconds = run_in_page(open_page, *arguments, torch.zeros(1, 2))
    assert milliseconds < 16, "a frame lasts 16 ms"


def test_the_decoder_is_only_read(make_model):
    model = make_model(3, channels=(4,)).train().bfloat16()
    before = [p.clone() for p in model.parameters()]
    export_decoder(model.decoder, "bernoulli", model.shape)
    assert model.training and all(p.dtype == torch.bfloat16 for p in model.parameters())
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


@pytest.mark.parametrize(
    "layer",
    [nn.GELU(), nn.BatchNorm1d(4), nn.ConvTranspose2d(2, 2, 4, groups=2), nn.ConvTranspose2d(2, 2, (3, 4))],
)
def test_a_layer_that_the_page_cannot_run_is_named(layer):
    with pytest.raises(TypeError, match=rf"decoder\[1\] is {type(layer).__name__}.*it runs Linear, ReLU"):
        export_decoder(nn.Sequential(nn.Linear(2, 4), layer), "bernoulli", (1, 2, 2))


def test_what_is_no_sequence_of_layers_is_refused():
    with pytest.raises(TypeError, match="decoder is a Linear: the page runs nn.Sequential"):
        export_decoder(nn.Linear(2, 4), "bernoulli", (1, 2, 2))


@pytest.mark.parametrize("weight", [float("nan"), 1e6])
def test_weights_that_half_floats_cannot_hold_are_refused(weight):
    decoder = nn.Sequential(nn.Linear(2, 4), nn.ReLU())
    decoder[0].weight.data[1, 1] = weight
    with pytest.raises(ValueError, match=r"decoder\[0\] has a weight that is not finite as float16"):
        export_decoder(decoder, "bernoulli", (1, 2, 2))


@pytest.mark.parametrize("name", ["latent_pad", "latent_sliders", "interpolation"])
def test_a_widget_s_module_is_whole(open_page, name):
    """Imported by itself it needs nothing else, and exports `render`."""
    text = json.dumps(bundle(name))
    page = open_page(
        f"""const url = URL.createObjectURL(new Blob([{text}], {{ type: "text/javascript" }}));
        window.kinds = Object.entries((await import(url)).default).map(([k, v]) => [k, typeof v]);"""
    )
    page.wait_for_function("window.kinds")
    assert page.evaluate("window.kinds") == [["render", "function"]]
