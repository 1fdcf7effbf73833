"""The lessons there are, in reading order, and the parameters each one takes."""

from dataclasses import dataclass, field
from pathlib import Path

from gencourse.course.parameters import FilePath, ImageSet, Parameter, ParameterError
from gencourse.support import places
from gencourse.support.checks import did_you_mean

COMMON = {
    "preset": Parameter(
        "quick", "how much is trained: quick for 2 CPU cores, full for patience or a GPU", choices=("quick", "full")
    ),
    "seed": Parameter(0, "of all that is random", low=0, high=2**31 - 1),
}

FIGURES = ("digits", "mnist", "fashion_mnist")  # small grey figures in ten classes


def _steps(of: str) -> Parameter:
    return Parameter(0, f"training steps of {of}; 0 leaves it to the preset", low=0, high=10**7)


@dataclass(frozen=True)
class Spec:
    """A lesson: its file's name without the ending, its title, what it is about in a line, and its own parameters
    besides the common ones."""

    name: str
    title: str
    about: str
    own: dict[str, Parameter] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def path(self) -> Path:
        """Where its notebook lies."""
        return places.NOTEBOOKS / f"{self.name}.ipynb"

    @property
    def parameters(self) -> dict[str, Parameter]:
        return COMMON | self.own


LESSONS = (
    Spec("00-start-here", "Start here", "run a cell, drag a point, solve an exercise"),
    Spec(
        "01-pretext-tasks",
        "Pretext tasks",
        "questions with free answers, what they teach an encoder, and a shortcut",
        {
            "dataset": ImageSet("sprites", "what is learned from", choices=("sprites",), classes=2),
            "steps": _steps("each task"),
        },
    ),
    Spec(
        "02-contrastive-learning",
        "Contrastive learning",
        "views, NT-Xent in three lines, false negatives, temperature, a bound, what the features know",
        {
            "dataset": ImageSet("emoji", "what is learned from", choices=("emoji", "sprites", "mnist"), classes=2),
            "encoder": Parameter("conv", "the network whose features are kept", choices=("conv", "vit", "resnet18")),
            "temperature": Parameter(0.2, "of the loss", low=0.05, high=2.0),
            "steps": _steps("the main model"),
        },
    ),
    Spec(
        "03-moco-and-dino",
        "MoCo and DINO",
        "a queue of keys, a teacher that follows, collapse on demand, attention maps",
        {
            "dataset": ImageSet("sprites", "what is learned from", choices=("sprites", "mnist"), classes=2),
            "encoder": Parameter("conv", "the network whose features are kept", choices=("conv", "vit", "resnet18")),
            "queue": Parameter(128, "how many keys the watched ring holds", low=32, high=256),
            "backbone": Parameter("", "a published backbone for the last table, such as dinov2_vits14; empty for none"),
            "steps": _steps("each model"),
        },
    ),
    Spec(
        "04-discriminative-generative-conditional",
        "Discriminative, generative, conditional",
        "who competes with whom, and the family tree",
        {
            "dataset": ImageSet(
                "digits",
                "the images of the lesson",
                choices=FIGURES,
                refusal="lesson 04 is written for ten classes, and mixes those numbered 3 and 8",
            ),
        },
    ),
    Spec(
        "05-maximum-likelihood",
        "Maximum likelihood",
        "a coin, a Gaussian, a mixture; KL both ways; held-out bits; losses as likelihoods",
        {
            "dataset": ImageSet(
                "digits",
                "where the images come from",
                choices=FIGURES,
                refusal="lesson 05 takes every pixel for ink or paper, and measures how wide the ink of a figure is",
            ),
            "n": Parameter(60, "how many images the one-dimensional examples measure", low=20, high=200),
        },
    ),
    Spec(
        "06-autoregressive-models-of-text",
        "Autoregressive models of text",
        "the chain rule, n-grams, recurrent networks, a transformer; writing",
        {
            "path": FilePath("", "a UTF-8 text file of your own; empty for Python's language reference"),
            "steps": _steps("each network"),
        },
    ),
    Spec(
        "07-autoregressive-models-of-images",
        "Autoregressive models of images",
        "masks and the blind spot, one exact number for all, what a large image costs",
        {
            "dataset": ImageSet(
                "digits",
                "what the live models learn",
                choices=FIGURES,
                refusal="lesson 07 sets its models beside shipped ones, and those were trained on such figures",
            ),
            "steps": _steps("each live model"),
        },
    ),
    Spec(
        "08-autoencoders",
        "Autoencoders",
        "how narrow a code, PCA, probes, and why random codes are nonsense",
        {
            "dataset": ImageSet("digits", "what is reconstructed", choices=FIGURES, classes=2),
            "latent": Parameter(8, "length of the code in most sections", low=1, high=32),
            "steps": _steps("each autoencoder"),
        },
    ),
    Spec(
        "09-the-elbo",
        "The ELBO: a bound on what cannot be computed",
        "a bound on what cannot be computed",
        {
            "sigma": Parameter(0.45, "noise of the figure-eight model", low=0.1, high=2.0),
            "dataset": ImageSet(
                "mnist",
                "what the real VAE of the last section is trained on",
                choices=FIGURES,
                refusal="lesson 09's exact likelihoods come from a grid of codes that suits small black figures",
            ),
            "steps": _steps("the real VAE"),
        },
    ),
    Spec(
        "10-training-a-vae",
        "Training a VAE, sampling from it, and what its latents mean",
        "two networks and a cloud, its gradient, its samples, its latents, and collapse on demand",
        {
            "dataset": ImageSet(
                "digits",
                "what the live model is trained on",
                choices=(*FIGURES, "sprites"),
                classes=1,
            ),
            "beta": Parameter(1.0, "weight of the KL in the live model's loss", low=0.0, high=1000.0),
            "steps": _steps("the live model"),
        },
    ),
    Spec(
        "11-summary",
        "Summary",
        "every model in one table, what may be compared, which to choose, a quiz over everything",
        {
            "dataset": ImageSet(
                "digits",
                "digits: all models are trained; mnist: the shipped ones, none is trained",
                choices=("digits", "mnist"),
                refusal="lesson 11 gathers the models of the lessons before it, which know only these images",
            ),
        },
    ),
)


def find(name: str) -> Spec:
    """The lesson called `name`; its number alone ("10") will do.

    Raises:
        ParameterError: when there is none.
    """
    for lesson in LESSONS:
        if name in (lesson.name, lesson.name.split("-")[0]):
            return lesson
    names = [lesson.name for lesson in LESSONS]
    raise ParameterError(f"lesson {name!r} is not known; allowed are {', '.join(names)}{did_you_mean(name, names)}")
