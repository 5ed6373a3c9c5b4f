"""Every loss has a `Spec`, and nothing is missing from it: a failure names what is to be written.

The other tests of this folder go through the specs: what is missing here, they leave out.
"""

import inspect

import pytest

import lossbook as lb
from lossbook.loss import RowwiseLoss
from tests.support.loss_cases import every_loss, spec_of
from tests.support.loss_specs import SPECS

PARTS = {
    "by_hand": "values and slopes worked out on paper",
    "definition": "the definition, in numbers of any kind",
    "exact": "inputs at which mpmath evaluates the definition",
    "minimiser": "what the property `minimiser` is compared with",
    "curve": "what its curve shows, as the docstring says under Curve",
}


@every_loss
def test_every_loss_has_a_spec(loss):
    family = loss.__module__.rpartition(".")[2]
    assert loss.__name__ in SPECS, f"{loss.__name__} has no Spec in tests/losses/{family}.py"


@every_loss
@pytest.mark.parametrize("part", PARTS)
def test_a_spec_has(loss, part):
    spec = SPECS.get(loss.__name__) or pytest.skip("it has no Spec")
    assert getattr(spec, part), f"the Spec of {loss.__name__} lacks {part}: {PARTS[part]}"


@every_loss
def test_peers_are_named_or_missed(loss):
    """A right call on an example of the book, and calls on random input; or why there are none."""
    spec = SPECS.get(loss.__name__) or pytest.skip("it has no Spec")
    right = [call for calls in spec.calls.values() for call in calls if call[2] and not call[3:]]
    if spec.no_peer:
        assert not right and not spec.peers, "no_peer says that there are none"
    else:
        said = f"the Spec of {loss.__name__} lacks peers and calls of other libraries, or no_peer"
        assert right and spec.peers, said


@every_loss
def test_a_definition_takes_what_the_loss_takes(loss):
    spec = spec_of(loss)
    if spec.definition:
        _, y_true, y_pred, *own = inspect.signature(spec.definition).parameters.values()
        assert {parameter.name: parameter.default for parameter in own} == loss.parameters
        assert spec.of_rows == isinstance(loss, RowwiseLoss)


def test_there_is_a_spec_of_no_other_loss():
    assert SPECS.keys() <= lb.losses.keys()
