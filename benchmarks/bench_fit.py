"""`fit` against what a reader would write instead, on the same VAE and the same images.

python benchmarks/bench_fit.py. pythae (pip install -e ".[bench]") is compared when it is installed.
"""

import importlib.util
import logging
import tempfile
from functools import partial

import torch
from table import compare, show
from torch.utils.data import DataLoader, TensorDataset

from gencourse import data
from gencourse.data.images import Images
from gencourse.models.vae import VAE
from gencourse.training.fit import fit
from gencourse.training.how import How

BATCH, STEPS = 128, 390
EPOCH = BATCH * STEPS  # images of MNIST


def model() -> VAE:
    torch.manual_seed(0)
    return VAE((1, 28, 28), 16, hidden=(512, 256))


def by_fit(train: Images, precision: str = "auto") -> None:
    fit(model(), train, steps=STEPS, batch_size=BATCH, how=How("bar", precision, log_every=50))


def by_bare_loop(train: Images, products: str = "highest") -> None:
    """The least that trains: indexing, forward, backward, fused Adam; its matrix products as fit's, or in float32."""
    torch.set_float32_matmul_precision(products)
    vae = model()
    optimizer = torch.optim.Adam(vae.parameters(), fused=True)
    order = torch.randperm(len(train))
    for i in range(STEPS):
        loss = vae.loss(train.batch(order[i * BATCH : (i + 1) * BATCH]))["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    torch.set_float32_matmul_precision("highest")


def by_data_loader(train: Images) -> None:
    """The usual tutorial: DataLoader(TensorDataset), Adam as it comes."""
    vae = model()
    optimizer = torch.optim.Adam(vae.parameters())
    for (x,) in DataLoader(TensorDataset(train.x.float() / 255), BATCH, shuffle=True):
        optimizer.zero_grad()
        vae.loss(x)["loss"].backward()
        optimizer.step()


def by_pythae(train: Images) -> None:
    """pythae's BaseTrainer with a VAE of the same layers, one epoch."""
    from pythae.models import VAE as PythaeVAE
    from pythae.models import VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from pythae.trainers import BaseTrainer, BaseTrainerConfig

    ours = model()

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.layers = ours.encoder

        def forward(self, x: torch.Tensor) -> ModelOutput:
            mean, log_var = self.layers(2 * x - 1).chunk(2, dim=-1)
            return ModelOutput(embedding=mean, log_covariance=log_var)

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            self.layers = ours.decoder

        def forward(self, z: torch.Tensor) -> ModelOutput:
            return ModelOutput(reconstruction=self.layers(z).sigmoid())

    config = VAEConfig(input_dim=(1, 28, 28), latent_dim=16, reconstruction_loss="bce")
    with tempfile.TemporaryDirectory() as folder:
        training = BaseTrainerConfig(output_dir=folder, num_epochs=1, per_device_train_batch_size=BATCH, no_cuda=True)
        dataset = {"data": train.x.float() / 255}
        from pythae.data.datasets import BaseDataset

        pairs = BaseDataset(dataset["data"], torch.zeros(len(train)))
        BaseTrainer(PythaeVAE(config, Encoder(), Decoder()), train_dataset=pairs, training_config=training).train()


def main() -> None:
    train = data.load("mnist")[:EPOCH]
    ways = {
        "fit": by_fit,
        "bare loop (fused Adam, indexing), same products": partial(by_bare_loop, products="medium"),
        "fit, float32": partial(by_fit, precision="fp32"),
        "bare loop (fused Adam, indexing), float32": by_bare_loop,
        "DataLoader(TensorDataset), Adam": by_data_loader,
    }
    if importlib.util.find_spec("pythae"):
        logging.disable(logging.INFO)
        ways["pythae's BaseTrainer"] = by_pythae
    else:
        print("pythae is not installed: left out")
    seconds = compare({name: lambda way=way: way(train) for name, way in ways.items()}, repeats=7)
    per_step = {name: value / STEPS for name, value in seconds.items()}
    show(f"one step of a VAE 784-512-256-16, batch {BATCH}, {train.card.name}", per_step, "ms", 1e3)


if __name__ == "__main__":
    main()
