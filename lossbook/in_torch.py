"""Tensors of PyTorch: its derivative of a value is our slope.

Left to itself PyTorch would differentiate the formula step by step.  That gives another slope at
a kink, and NaN far out or where a weight of 0 hides an infinite value.  With
``create_graph=True`` the slope is differentiated as a formula, so second derivatives work as
well.

Tensors in the processor's memory are NumPy arrays by another name.  They are walked over in
blocks as those are, which is sooner than a whole array at each step.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import array_api_compat.torch
import numpy as np
import torch

from . import array_api, blocks
from .checks import Request


def maximum(x: Any, y: Any) -> Any:
    return torch.maximum(x, y) if isinstance(y, torch.Tensor) else torch.clamp(x, min=y)


def minimum(x: Any, y: Any) -> Any:
    return torch.minimum(x, y) if isinstance(y, torch.Tensor) else torch.clamp(x, max=y)


def sign(x: Any) -> Any:
    return torch.where(torch.isnan(x), x, torch.sign(x))


# the array API of PyTorch, but for functions that torch.compile cannot trace beside a number, or
# torch.func.vmap not at all
own = {
    "maximum": maximum,
    "minimum": minimum,
    "where": torch.where,
    "sign": sign,
    "moveaxis": torch.movedim,
}
xp = SimpleNamespace(**vars(array_api_compat.torch) | own)


def evaluate(request: Request) -> tuple[Any, Any]:
    """Value and, if wanted, gradient."""
    arrays = request.arrays
    readable = all(map(is_readable, arrays))
    asked = any(it is not None and it.requires_grad for it in arrays)
    # within torch.func.vmap a tensor does not know that a derivative is asked for
    mapped = not readable and not torch.compiler.is_compiling()
    if not torch.is_grad_enabled() or not (asked or mapped):
        return in_blocks(request) if readable else array_api.evaluate(xp, request)
    function = InBlocks if readable else AsAWhole
    value, _ = function.apply(request, *arrays)
    gradient = array_api.evaluate(xp, request)[1] if request.wants_gradient else None
    return value, gradient


def is_readable(tensor: Any) -> bool:
    """Whether NumPy can read it: not on another device, and not traced by torch.compile or vmap."""
    if tensor is None:
        return True
    plain = type(tensor) in (torch.Tensor, torch.nn.Parameter) and tensor.device.type == "cpu"
    if not plain or torch.compiler.is_compiling():
        return False
    try:
        as_numpy(tensor)
    except (RuntimeError, TypeError):  # TypeError of sparse tensors
        return False
    return True


def as_numpy(tensor: Any) -> Any:
    if tensor is None:
        return None
    tensor = tensor.detach()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


def in_blocks(request: Request) -> tuple[Any, Any]:
    arrays = list(map(as_numpy, request.arrays))
    try:
        value, gradient = blocks.evaluate(request.on(arrays, request.wants_gradient))
    except ValueError:  # wrong entries, which are NaN in other libraries
        return array_api.evaluate(xp, request.on(detached(request.arrays), request.wants_gradient))
    value = torch.from_numpy(np.asarray(value))
    return value, None if gradient is None else torch.from_numpy(gradient)


def detached(arrays: Any) -> list[Any]:
    return [None if it is None else it.detach() for it in arrays]


class InBlocks(torch.autograd.Function):
    """Value and gradient at once: what to multiply is ready when PyTorch comes back for it."""

    @staticmethod
    def forward(ctx: Any, request: Request, *arrays: Any) -> tuple[Any, Any]:
        value, gradient = in_blocks(request.on(arrays, True))
        ctx.save_for_backward(*arrays)
        ctx.request, ctx.gradient = request, gradient
        ctx.set_materialize_grads(False)
        return value, None

    @staticmethod
    def backward(ctx: Any, upstream: Any, _: Any) -> Any:
        if torch.is_grad_enabled():
            return derivatives(ctx, upstream)
        gradient, ctx.gradient = ctx.gradient, None  # nobody else holds it now
        if gradient is None:  # the graph was kept, and this is not the first time
            gradient = in_blocks(ctx.request.on(ctx.saved_tensors, True))[1]
        if upstream.ndim == 1 and gradient.ndim == 2:
            upstream = upstream[:, None]
        if upstream.numel() > 1 or upstream.item() != 1:
            gradient *= upstream
        return derivatives(ctx, upstream, gradient)


class AsAWhole(torch.autograd.Function):
    """What torch.compile, torch.func and other devices see: formulas from end to end."""

    generate_vmap_rule = True

    @staticmethod
    def forward(request: Request, *arrays: Any) -> tuple[Any, Any]:
        return array_api.evaluate(xp, request.on(detached(arrays), False))

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.request, *arrays = inputs
        ctx.save_for_backward(*arrays)

    @staticmethod
    def backward(ctx: Any, upstream: Any, _: Any) -> Any:
        return derivatives(ctx, upstream)


def derivatives(ctx: Any, upstream: Any, slope: Any = None) -> Any:
    """What PyTorch asks for of each argument of the functions."""
    arrays, needed = ctx.saved_tensors, ctx.needs_input_grad[1:]
    if needed[1] and slope is None:
        gradient = array_api.evaluate(xp, ctx.request.on(arrays, True))[1]
        by_row = upstream.ndim == 1 and gradient.ndim == 2
        slope = gradient * (upstream[:, None] if by_row else upstream)
    of_truth, of_weight = None, None
    if needed[0] or needed[2]:  # of the targets and weights there is no slope of ours
        others = [i for i in (0, 2) if needed[i]]

        def of_others(*given: Any) -> Any:
            replaced = dict(zip(others, given, strict=True))
            changed = [replaced.get(i, it) for i, it in enumerate(arrays)]
            return array_api.evaluate(xp, ctx.request.on(changed, False))[0]

        _, pull = torch.func.vjp(of_others, *(arrays[i] for i in others))
        found = dict(zip(others, pull(upstream), strict=True))
        of_truth, of_weight = found.get(0), found.get(2)
    return None, of_truth, slope if needed[1] else None, of_weight
