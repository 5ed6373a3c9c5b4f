"""All specs of losses, by name: those that the modules of tests/losses/ hold, the tests aside."""

from importlib import import_module
from pathlib import Path

from tests.support.loss_spec import Spec

FOLDER = Path(__file__).parents[1] / "losses"
FAMILIES = sorted(file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("test_"))
SPECS = {
    spec.loss: spec
    for family in FAMILIES
    for spec in vars(import_module(f"tests.losses.{family}")).values()
    if isinstance(spec, Spec)
}
