"""A Sphinx extension: buttons for what other commands have added to the built site.

"Run this page" opens a notebook of lite/build.py; the menu of downloads has the PDF of pdf.py.
Without these files there is no button, and so no dead link. The menu says what each of its lines
does, where the theme has the endings of files.
"""

from math import ceil
from pathlib import Path

PDF = "the-book-of-losses.pdf"
WORDS = {".ipynb": "Notebook (.ipynb)", ".md": "Source (.md)", ".pdf": "Print this page"}


def look_for_files(app, config):
    # As a setting: when they come or go, Sphinx writes every page again.
    config.additions = [Path(app.outdir, "lite").exists(), size(Path(app.outdir, PDF))]


def size(file: Path) -> int:
    """In megabytes, at least one; 0 where there is no file."""
    return ceil(file.stat().st_size / 1e6) if file.is_file() else 0


def add_buttons(app, page, template, context, doctree):
    if Path(app.outdir, "lite/files", f"{page}.ipynb").is_file():
        add_run_button(page, context)
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            name_downloads(group["buttons"])
            if megabytes := app.config.additions[1]:
                group["buttons"].append(pdf_button(context, megabytes))


def add_run_button(page, context):
    application = context["pathto"]("lite/notebooks/index.html", resource=True)
    context["header_buttons"].insert(
        0,
        {
            "type": "link",
            "url": f"{application}?path={page}.ipynb",
            "text": "Run this page",
            "icon": "fas fa-play",
            "label": "run-this-page",
        },
    )


def name_downloads(buttons: list[dict]):
    for button in buttons:
        button["text"] = WORDS.get(button["text"], button["text"])


def pdf_button(context, megabytes: int) -> dict:
    return {
        "type": "link",
        "url": context["pathto"](PDF, resource=True),
        "text": f"The whole book (PDF, {megabytes} MB)",
        "icon": "fas fa-book",
        "label": "download-book-button",
    }


def setup(app):
    app.add_config_value("additions", [], "html")
    app.connect("config-inited", look_for_files)
    app.connect("html-page-context", add_buttons, priority=900)  # after the theme's own buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
