"""What README and CONTRIBUTING say about files and commands is true to what is there."""

import ast
import re
import subprocess

import pytest
import yaml

from website.find_pages import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAP = README.partition("## The map")[2].partition("\n## ")[0]
# On top, and explained by the words around the map or by their names.
NO_NEED = {
    ".gitattributes",
    ".gitignore",
    "README.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "CITATION.cff",
}


def named_in(text: str) -> list[str]:
    """The paths that stand between backticks: with a slash, or with the ending of a file."""
    marked = re.findall(r"`([\w./-]+)`", text)
    return [it for it in marked if re.search(r"\.(py|md|toml|txt|yml|bib|json|css|js)$|/$", it)]


def lies_somewhere(path: str) -> bool:
    """From the root, or below a folder that its line names: `templates/`, `static/`."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    return any(f"/{file}".endswith(f"/{path}") or f"/{path}" in f"/{file}" for file in tracked)


in_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no clone, a copy without history")


@in_git
@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_path_is_there(text):
    built = "_build/"
    assert [it for it in named_in(text) if built not in it and not lies_somewhere(it)] == []


@in_git
def test_the_map_has_everything_on_top():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    on_top = {file.partition("/")[0] for file in listed}
    assert [name for name in sorted(on_top - NO_NEED) if f"`{name}" not in MAP] == []


def commands() -> set[str]:
    """The names of noxfile.py."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    sessions = [
        f for f in functions if any("nox.session" in ast.unparse(d) for d in f.decorator_list)
    ]
    names = {f.name for f in sessions}
    return names - {"everything"} | {"all"}


def test_commands_are_named_as_they_are():
    [row] = [line for line in CONTRIBUTING.splitlines() if "`nox -s style`" in line]
    [first] = [line for line in CONTRIBUTING.splitlines() if "`nox -s package`" in line]
    cells = row.split("|")[1] + first.split("|")[1]
    assert set(re.findall(r"`(?:nox -s )?([a-z]+)`", cells)) == commands() - {"all"}
    assert "`nox -s all`" in CONTRIBUTING


def test_the_workflow_runs_each_command():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    matrix = workflow["jobs"]["command"]["strategy"]["matrix"]
    run = {*matrix["command"], *(it["command"] for it in matrix["include"])}
    assert run == commands() - {"all"}
    assert {"ubuntu-latest", "macos-latest", "windows-latest"} == set(matrix["os"])
