"""The data that travels with the package is what its sources published, and stays so."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest

from lossbook import datasets


def test_digits_are_the_1797_test_images_of_the_source():
    X, y = datasets.digits()
    assert X.shape == (1797, 64) and X.dtype == np.float64
    assert y.shape == (1797,) and y.dtype == np.intp
    pixels = 16 * X
    assert np.array_equal(pixels, np.rint(pixels))
    assert pixels.min() == 0 and pixels.max() == 16
    assert pixels.sum() == 561718
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    weighted = pixels @ np.arange(64)  # sees swapped pixels, and with the labels swapped rows
    assert weighted.sum() == 17660653 and weighted @ y == 78209954
    assert pixels[-1].reshape(8, 8)[1].tolist() == [0, 2, 16, 14, 6, 1, 0, 0]
    assert y[-5:].tolist() == [9, 0, 8, 9, 8]


def test_digits_repeat_one_form_so_that_neighbours_share_a_handwriting():
    _, y = datasets.digits()
    assert "".join(map(str, y)).count("5565098984177351") == 14


def test_phone_calls_match_the_published_table():
    year, calls = datasets.belgian_phone_calls()
    assert year.dtype == np.intp and calls.dtype == np.float64
    assert year.tolist() == list(range(1950, 1974))
    tens_of_millions = [0.44, 0.47, 0.47, 0.59, 0.66, 0.73, 0.81, 0.88, 1.06, 1.20, 1.35, 1.49]
    tens_of_millions += [1.61, 2.12, 11.9, 12.4, 14.2, 15.9, 18.2, 21.2, 4.3, 2.4, 2.7, 2.9]
    np.testing.assert_allclose(calls, 10 * np.array(tens_of_millions), rtol=1e-14)


def test_phone_calls_of_1964_to_1969_stand_apart():
    year, calls = datasets.belgian_phone_calls()
    minutes = (year >= 1964) & (year <= 1969)
    assert calls[minutes].min() > 2 * calls[~minutes].max()
    trend = np.interp([1963, 1970], [1962, 1971], calls[[12, 21]])
    assert (calls[[13, 20]] > 1.2 * trend).all()


def test_zoo_has_the_known_counts():
    zoo = datasets.zoo()
    assert zoo.X.shape == (101, 11) and zoo.X.dtype == np.float64
    assert zoo.Y.shape == (101, 5) and zoo.Y.dtype == np.intp
    assert len(zoo.names) == 101 and len(set(zoo.names)) == 100 and zoo.names.count("frog") == 2
    assert list(zoo.names) == sorted(zoo.names)
    assert zoo.labels == ("airborne", "aquatic", "predator", "domestic", "catsize")
    assert zoo.Y.sum(axis=0).tolist() == [24, 36, 56, 13, 44]
    yes = dict(zip(zoo.features, zoo.X.sum(axis=0), strict=True))
    assert yes["legs"] == (27 * 2 + 38 * 4 + 1 * 5 + 10 * 6 + 2 * 8) / 8
    assert [int(yes[name]) for name in ("hair", "feathers", "eggs", "milk")] == [43, 20, 59, 41]
    assert [int(yes[name]) for name in ("toothed", "backbone", "breathes")] == [61, 83, 80]
    assert [int(yes[name]) for name in ("venomous", "fins", "tail")] == [8, 17, 75]
    assert zoo.kinds[:4] == ("mammal", "bird", "reptile", "fish")
    assert zoo.kinds[4:] == ("amphibian", "insect", "invertebrate")
    assert np.bincount(zoo.kind).tolist() == [41, 20, 5, 13, 4, 8, 10]


def test_zoo_columns_are_under_their_names():
    zoo = datasets.zoo()

    def animal(name):
        row = zoo.names.index(name)
        body = dict(zip(zoo.features, zoo.X[row], strict=True))
        lives = {label for label, yes in zip(zoo.labels, zoo.Y[row], strict=True) if yes}
        return (
            {name for name, value in body.items() if value and name != "legs"},
            body["legs"] * 8,
            lives,
        )

    octopus, legs, lives = animal("octopus")
    assert (octopus, legs, lives) == ({"eggs"}, 8, {"aquatic", "predator", "catsize"})
    honeybee, legs, lives = animal("honeybee")
    assert (honeybee, legs) == ({"hair", "eggs", "breathes", "venomous"}, 6)
    assert lives == {"airborne", "domestic"}
    assert animal("worm")[2] == set()
    assert zoo.kinds[zoo.kind[zoo.names.index("platypus")]] == "mammal"
    fins = zoo.X[:, zoo.features.index("fins")] == 1
    assert zoo.Y[fins, zoo.labels.index("aquatic")].all()


def test_zoo_holds_equal_bodies_with_unequal_labels():
    zoo = datasets.zoo()
    bodies = len(np.unique(zoo.X, axis=0))
    assert bodies < len(np.unique(np.column_stack([zoo.X, zoo.Y]), axis=0)) < 101


def test_alice_is_plain_text_of_the_stated_size():
    text = datasets.alice()
    assert (len(text), len(set(text)), text.count("\n")) == (7089, 57, 14)
    assert text.isascii() and text.endswith("were really impossible.\n")
    assert "  " not in text and text.count('"') == 40
    assert hashlib.sha256(text.encode()).hexdigest().startswith("95993ae5b2d4ca2c")


def test_motor_insurance_has_the_published_totals():
    insured = datasets.motor_insurance()
    assert (insured.holders.sum(), insured.claims.sum()) == (23359, 3151)
    groups = np.column_stack([insured.district, insured.engine, insured.age])
    assert len(np.unique(groups, axis=0)) == 64
    for factor, values in ((insured.district, 1), (insured.engine, 0), (insured.age, 0)):
        assert np.unique(factor).tolist() == [values, values + 1, values + 2, values + 3]
    old = insured.age == insured.ages.index("above 35")
    assert (insured.holders[old].sum(), insured.claims[old].sum()) == (16878, 2065)
    assert (insured.holders.min(), insured.holders.max()) == (3, 3582)
    last = (insured.district[-1], insured.engine[-1], insured.age[-1])
    assert last == (4, 3, 3) and (insured.holders[-1], insured.claims[-1]) == (114, 33)
    weighted = np.arange(64) @ np.column_stack([insured.holders, insured.claims])
    assert weighted.tolist() == [502248, 71397]  # sees rows that changed places


def test_remissions_match_the_published_table():
    weeks, ended, treated = datasets.leukaemia_remissions()
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    assert sorted(weeks[treated == 0]) == placebo and ended[treated == 0].all()
    drug = treated == 1
    assert sorted(weeks[drug & (ended == 1)]) == [6, 6, 6, 7, 10, 13, 16, 22, 23]
    running = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    assert sorted(weeks[drug & (ended == 0)]) == running
    assert (treated[::2] != treated[1::2]).all()  # pairs


def test_wind_comes_from_somewhere_in_steps_of_10_degrees():
    day, night, afternoon = datasets.wind_directions()
    assert len(day) == 340 and (np.diff(day) > 0).all() and (day[0], day[-1]) == (1, 364)
    for direction in (night, afternoon):
        assert direction.shape == (340,) and (direction % 10 == 0).all()
        assert direction.min() == 10 and direction.max() == 360
    assert (night.sum(), afternoon.sum()) == (72030, 71820)
    assert (day @ night, day @ afternoon) == (12824700, 12964800)


LOADERS = [
    datasets.digits,
    datasets.belgian_phone_calls,
    datasets.zoo,
    datasets.motor_insurance,
    datasets.leukaemia_remissions,
    datasets.wind_directions,
]


@pytest.mark.parametrize("load", LOADERS)
def test_integers_are_as_wide_as_the_machine_counts(load, monkeypatch):
    """Where that is 32 bits, as in a browser, np.bincount refuses labels of 64."""
    monkeypatch.setattr(np, "intp", np.int32)
    dtypes = [array.dtype for array in load() if isinstance(array, np.ndarray)]
    assert set(dtypes) <= {np.dtype(np.float64), np.dtype(np.int32)}
    assert np.dtype(np.int32) in dtypes


@pytest.mark.parametrize("load", LOADERS)
def test_arrays_are_fresh_at_every_call(load):
    first, second = load()[:2], load()[:2]
    for array in first:
        array += 1
    for changed, array, again in zip(first, second, load()[:2], strict=True):
        assert array.flags.writeable and not np.array_equal(changed, array)
        assert np.array_equal(array, again)


def test_every_data_file_is_described():
    data = files("lossbook") / "data"
    readme = (data / "README.md").read_text(encoding="utf-8")
    names = {entry.name for entry in data.iterdir()} - {"README.md"}
    assert names == {
        "digits.npz",
        "belgian_phone_calls.csv",
        "zoo.csv",
        "alice.txt",
        "motor_insurance.csv",
        "leukaemia_remissions.csv",
        "wind_directions.csv",
    }
    assert all(f"| `{name}` |" in readme for name in names)


def test_split_puts_every_row_into_one_part_and_keeps_rows_together():
    X, y = datasets.digits()
    parts = datasets.split(X, y, np.arange(len(y)))
    assert [len(y_part) for _, y_part, _ in parts] == [1078, 360, 359]  # 1078.2, 359.4, 359.4
    rows = np.concatenate([row for _, _, row in parts])
    assert np.array_equal(np.sort(rows), np.arange(1797))
    for X_part, y_part, row in parts:
        assert np.array_equal(X_part, X[row]) and np.array_equal(y_part, y[row])
    assert not np.array_equal(rows, np.arange(1797))


def test_split_depends_on_the_seed_alone():
    rows = np.arange(20)
    (a,), (b,) = datasets.split(rows, parts=(0.5, 0.5), seed=3)
    (c,), (d,) = datasets.split(rows, parts=(0.5, 0.5), seed=3)
    (e,), (_,) = datasets.split(rows, parts=(0.5, 0.5), seed=4)
    assert np.array_equal(a, c) and np.array_equal(b, d) and not np.array_equal(a, e)


def test_split_leaves_the_caller_alone():
    X = np.arange(10.0)
    (train,), (test,) = datasets.split(X, parts=(0.8, 0.2))
    train[:] = test[:] = -1
    assert np.array_equal(X, np.arange(10.0))


@pytest.mark.parametrize(
    "arrays, parts, message",
    [
        ((), (0.5, 0.5), "at least one array"),
        ((3.0,), (0.5, 0.5), "at least one array"),
        (([1, 2, 3], [1, 2]), (0.5, 0.5), r"arrays of \[3, 2\] rows"),
        (([1, 2, 3, 4],), (0.5, 0.4), "sum to 1"),
        (([1, 2, 3, 4],), (1.5, -0.5), "above 0"),
        (([1, 2, 3, 4],), (1.0, 0.0), "above 0"),
        (([1, 2, 3, 4],), (np.nan, 1.0), "above 0"),
        (([1, 2, 3, 4],), 0.5, "sum to 1"),
        (([1, 2],), (0.6, 0.2, 0.2), "2 rows are too few"),
        (([],), (0.5, 0.5), "0 rows are too few"),
    ],
)
def test_split_refuses(arrays, parts, message):
    with pytest.raises(ValueError, match=f"split: .*{message}"):
        datasets.split(*arrays, parts=parts)
