"""The supervised yardstick: its loss is the cross-entropy of its own logits, and it learns what labels say."""

import pytest
import torch
import torch.nn.functional as F

from gencourse import data
from gencourse.models.supervised import Classifier
from gencourse.training.fit import fit
from gencourse.training.how import How


def test_the_loss_is_the_cross_entropy_of_the_linear_layer_on_the_features():
    torch.manual_seed(0)
    model, x, y = Classifier(classes=3).eval(), torch.rand(5, 3, 32, 32), torch.tensor([0, 1, 2, 2, 1])
    logits = model.encode(x) @ model.head.weight.T + model.head.bias
    found = model.loss(x, y)
    torch.testing.assert_close(found["loss"], F.cross_entropy(logits, y))
    assert found["accuracy"] == (logits.argmax(1) == y).float().mean()


def test_it_learns_a_few_images_by_heart():
    torch.manual_seed(0)
    images = data.load("sprites", split="train", n=16)
    model = Classifier()
    fit(model, images, steps=60, batch_size=16, lr=3e-3, how=How(show="nothing"))
    logits = model.cpu()(images.batch(slice(0, 16)))
    assert (logits.argmax(1) == images.y).all()


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="classes=1"):
        Classifier(classes=1)


@pytest.mark.parametrize("y", [[0, 3], [-1, 0]])
def test_labels_out_of_range_are_named(y):
    with pytest.raises(ValueError, match=f"y reaches from {min(y)} to {max(y)}: allowed are whole numbers from 0 to 2"):
        Classifier(classes=3).loss(torch.rand(2, 3, 32, 32), torch.tensor(y))
