"""A Sphinx extension: buttons for what other commands have added to the built site.

"Run this page" opens a notebook of lite/build.py; the menu of downloads has the PDF of pdf.py.
Without these files there is no button, and so no dead link.
"""

from pathlib import Path

PDF = "the-book-of-losses.pdf"


def look_for_files(app, config):
    # As a setting: when they come or go, Sphinx writes every page again.
    config.additions = [Path(app.outdir, name).exists() for name in ("lite", PDF)]


def add_buttons(app, page, template, context, doctree):
    if Path(app.outdir, "lite/files", f"{page}.ipynb").is_file():
        add_run_button(page, context)
    if Path(app.outdir, PDF).is_file():
        add_pdf_button(context)


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


def add_pdf_button(context):
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            group["buttons"].append(
                {
                    "type": "link",
                    "url": context["pathto"](PDF, resource=True),
                    "text": "Whole book, .pdf",
                    "icon": "fas fa-book",
                    "label": "download-book-button",
                }
            )


def setup(app):
    app.add_config_value("additions", [], "html")
    app.connect("config-inited", look_for_files)
    app.connect("html-page-context", add_buttons, priority=900)  # after the theme's own buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
