"""The losses of `torch_peers.py` under `torch.compile`, and ours on tensors of PyTorch."""

import os
from functools import lru_cache, partial

os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"  # before torch is imported

import torch
import torch_peers

import lossbook as lb

torch._dynamo.config.recompile_limit = 64  # ours for class numbers is compiled for each size


def contenders(name, y, p, parameters):
    """title → (call for the value, call for value and gradient), or a word: why there is none"""
    y, p = torch.from_numpy(y), torch.from_numpy(p)
    losses = compiled(name, tuple(parameters.items()), p.dtype, y.dtype, p.shape[1:])
    return {title: tried(torch_peers.calls(loss, y, p)) for title, loss in losses.items()}


@lru_cache(maxsize=1)
def compiled(name, parameters, *_kind_of_data):
    """Compiled once for all sizes of a row: it takes seconds."""
    torch._dynamo.reset()  # forget other rows: they count against the limit of recompilations
    theirs = partial(getattr(torch_peers, name), **dict(parameters))
    ours = partial(lb.losses[name], **dict(parameters))
    losses = {"compiled": lambda y, p: theirs(y, p)}  # each a function of its own for the compiler
    if name in torch_peers.OWN:
        losses["lossbook compiled"] = lambda y, p: ours(y, p)
    return {title: torch.compile(loss, fullgraph=True) for title, loss in losses.items()}


def tried(pair):
    try:
        pair[0](), pair[1]()
    except RuntimeError as error:
        return "no compiler" if "InvalidCxxCompiler" in str(error) else "failed"
    return pair
