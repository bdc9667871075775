"""What was learned beside the encoder: linear models, and the network of the second look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.linear import LinearModel, read_model
from extract.network import Network, read_network

#: Where the package keeps its own.
MODELS_FOLDER = Path(__file__).resolve().parent / "model" / "claims"
#: The decisions that a linear model makes, and so the files of the folder ``model/claims``.
MODEL_NAMES = (
    "claim", "contrast", "direction", "disorder", "order", "path", "path_direction", "path_here",
    "relation", "sense", "status", "status_context", "treatment",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Models:
    """The linear models by name, and the network that looks at candidates a second time."""

    linear: Mapping[str, LinearModel]
    second_look: Network

    def __getitem__(self, name: str) -> LinearModel:
        return self.linear[name]

    def write(self, folder: Path) -> None:
        """Write each to its file in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, model in self.linear.items():
            (folder / f"{name}.json.gz").write_bytes(model.dumps())
        (folder / "second_look.npz").write_bytes(self.second_look.dumps())


def read_models(folder: Path = MODELS_FOLDER) -> Models:
    """The models that `Models.write` wrote to a folder."""
    return Models(
        linear={name: read_model(folder / f"{name}.json.gz") for name in MODEL_NAMES},
        second_look=read_network(folder / "second_look.npz"),
    )


@cache
def own_models() -> Models:
    """The package's own models."""
    return read_models()
