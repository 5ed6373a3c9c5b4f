"""Where the system keeps its Chromium or Chrome."""

import shutil

NAMES = "chromium", "chromium-browser", "google-chrome", "chrome", "msedge"


def executable() -> str | None:
    """The path of the first of NAMES that is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)
