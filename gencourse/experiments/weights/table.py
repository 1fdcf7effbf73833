"""The shipped weights and how well they do, as Markdown tables."""

from pathlib import Path

from gencourse.support.places import PRETRAINED
from gencourse.training.pretrained import manifest


def table(folder: Path = PRETRAINED) -> str:
    """The shipped weights and their measured figures, as two Markdown tables: models of images, and encoders.

    Snapshots of a training are left out.
    """
    entries = manifest(folder)
    models = [
        [
            f"`{name}`",
            f"{e['parameters']:,}",
            f"{e['bytes'] / 1e6:.2f} MB",
            e["data"],
            e.get("elbo", "–"),
            e.get("exact") or e["iwae"],
            f"{e['bits_per_dim']:.4f}",
            f"{e['mig']:.2f}" if "mig" in e else "–",
            f"{e['fit']['steps']:,}",
            f"{e['seconds']:,}",
            f"{e['sampling_seconds']:.2f}" if "sampling_seconds" in e else "–",
        ]
        for name, e in entries.items()
        if "bits_per_dim" in e
    ]
    encoders = [
        [
            f"`{name}`",
            f"{e['parameters']:,}",
            f"{e['bytes'] / 1e6:.2f} MB",
            e["data"],
            e["probe"],
            e["knn"],
            f"{e['fit']['steps']:,}",
            f"{e['seconds']:,}",
        ]
        for name, e in entries.items()
        if "probe" in e and "snapshot" not in e
    ]
    head = ["name", "parameters", "size", "test set"]
    tables = [
        _markdown(
            [
                *head,
                "ELBO (nats)",
                "log p(x): exact, or a tighter bound (nats)",
                "bits/dim",
                "MIG",
                "steps",
                "training (s)",
                "16 samples (s)",
            ],
            models,
        ),
        _markdown([*head, "linear probe", "20 nearest neighbours", "steps", "training (s)"], encoders),
    ]
    return "\n\n".join(part for part in tables if part)


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, or nothing where there are no rows."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]) if rows else ""
