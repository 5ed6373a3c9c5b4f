"""The menu of downloads says what each of its lines does, and has the PDF where there is one."""

from types import SimpleNamespace

import pytest

from website import buttons


def menu(folder) -> list[str]:
    """The lines of the menu of a page, where a site is built into this folder."""
    app = SimpleNamespace(outdir=folder, config=SimpleNamespace())
    lines = [{"text": ".ipynb"}, {"text": ".pdf"}]
    context = {
        "header_buttons": [{"label": "download-buttons", "buttons": lines}],
        "pathto": lambda name, resource: f"../{name}",
    }
    buttons.look_for_files(app, app.config)
    buttons.add_buttons(app, "chapters/page", "page.html", context, None)
    return [line["text"] for line in lines]


@pytest.mark.parametrize("size, said", [(8_200_000, 9), (1, 1)])
def test_whole_book_with_its_size(tmp_path, size, said):
    (tmp_path / buttons.PDF).write_bytes(bytes(size))
    whole = f"The whole book (PDF, {said} MB)"
    assert menu(tmp_path) == ["Notebook (.ipynb)", "Print this page", whole]


def test_no_dead_link(tmp_path):
    assert menu(tmp_path) == ["Notebook (.ipynb)", "Print this page"]
