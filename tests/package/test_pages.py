"""What the pages need comes from one place, which a user of the losses never loads."""

import subprocess
import sys

import numpy as np

from lossbook.pages import other_libraries

LOADED = "import sys; print(*sys.modules)"


def loaded_by(line: str) -> set[str]:
    command = [sys.executable, "-c", f"{line}\n{LOADED}"]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return set(run.stdout.split())


def test_a_user_of_the_losses_does_not_load_the_pages():
    assert not {name for name in loaded_by("import lossbook") if "lossbook.pages" in name}


def test_checks_and_the_survey_do_without_matplotlib():
    assert "matplotlib" not in loaded_by("from lossbook.pages import check, other_libraries")
    assert "matplotlib" in loaded_by("from lossbook.pages import figures")


def test_other_libraries_have_the_stated_form():
    versions, families = other_libraries()
    assert list(versions)[:4] == ["Python", "NumPy", "PyTorch", "Keras"]
    assert list(versions)[4:] == ["scikit-learn", "SciPy", "JAX", "Optax"]
    how_many = [len(family.calls) for family in families.values()]
    assert how_many == [35, 5, 2, 24, 11, 4, 19, 7, 12, 5]
    for inputs, calls in families.values():
        assert all(array.dtype in (np.float64, np.intp) for array in inputs.values())
        for call in calls.values():
            number = isinstance(call.answer, float | np.ndarray)
            assert number or call.answer in {"ValueError", "RuntimeError"}
