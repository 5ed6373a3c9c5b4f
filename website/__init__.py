"""What turns the notebooks into the site: Sphinx extensions, one a matter.

The book's settings name this package alone; it sets up the extensions in this order. The files
that an extension brings along lie in the folder of its name.
"""

EXTENSIONS = [
    # What a page says
    "plain_markdown",  # ordinary Markdown becomes what Sphinx reads; the copies to download
    "numbering",  # figures and formulas are counted by page
    "citations",  # Huber (1964)
    "site_address",  # SITE_URL, REPOSITORY_URL
    "cell_anchors",  # and entries of the index, from the metadata of cells
    "folded_cells",  # a set-up, and an output to guess
    "reading_time",
    "claims",  # "What is proven where"
    "exercise_cards",
    "library_tabs",  # the lines of PyTorch, Keras, JAX and scikit-learn
    "explorables",  # figures that the reader moves
    "loss_gallery",  # the curves on top of the loss cards
    "landing_page",  # buttons and tiles of the first page
    "api_page",  # the page of the module
    "diagnosis",  # "My loss is stuck at"
    "glossary",
    "index_page",
    # How it looks, and what it loads
    "dark_pictures",
    "mathml",  # formulas without a script
    "typefaces",
    "page_weight",  # a page loads what it uses
    "social_card",  # the picture of a shared link
    "accessible",  # names and roles that the theme leaves out
    "search_page",
    "buttons",  # run this page, the book as a PDF
    "hide_code",  # a switch
]


def setup(app):
    for name in EXTENSIONS:
        app.setup_extension(f"website.{name}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
