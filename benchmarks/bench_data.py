"""A pass over images in shuffled batches by indexing, against DataLoader; and the time to draw sprites."""

import torch
from table import compare, show
from torch.utils.data import DataLoader, TensorDataset

from gencourse import data
from gencourse.data.images import Card, Images


def main() -> None:
    card = Card("noise", "train", (1, 28, 28), 256, "grey", "drawn here", "none")
    images = Images(torch.randint(0, 256, (60_000, 1, 28, 28), dtype=torch.uint8), torch.zeros(60_000).long(), card)

    def by_index() -> None:
        for index in torch.randperm(60_000).split(128):
            images.batch(index)

    def by_loader() -> None:
        for (x,) in DataLoader(TensorDataset(images.x), 128, shuffle=True):
            x.float() / 255

    ways = {"Images.batch": by_index, "DataLoader(TensorDataset)": by_loader}
    show("60,000 images of 28×28 in shuffled batches of 128", compare(ways, repeats=5), "s")
    show("drawing 20,000 sprites", compare({"data.load('sprites')": lambda: data.load("sprites")}, repeats=3), "s")


if __name__ == "__main__":
    main()
