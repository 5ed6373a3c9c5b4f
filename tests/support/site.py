"""The built site, and what tests read of its pages.

Build it first: ``jupyter-book build .``; LOSSBOOK_SITE names a site built elsewhere.
"""

import os
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import yaml

from website.find_pages import ROOT

SITE = Path(os.environ.get("LOSSBOOK_SITE", ROOT / "_build" / "html")).resolve()
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [TOC["root"]] + [page["file"] for part in TOC["parts"] for page in part["chapters"]]


class Page(HTMLParser):
    """What the checks need of a page: its title, its ids, its links and its pictures."""

    def __init__(self, path: Path):
        super().__init__()
        self.title, self.ids, self.links, self.alts, self.icons = "", set(), [], [], []
        self.in_title = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.in_title = tag == "title" and not self.title
        self.ids |= {attributes.get("id"), attributes.get("name")}
        self.links += [attributes[key] for key in ("href", "src") if attributes.get(key)]
        # The logo stands beside the title and is rightly without words.
        if tag == "img" and "logo__image" not in (attributes.get("class") or ""):
            self.alts.append(attributes.get("alt") or "")
        if attributes.get("rel") == "icon":
            self.icons.append(attributes["href"])

    def handle_data(self, data):
        if self.in_title:
            self.title += data

    def handle_endtag(self, tag):
        self.in_title = False


read = cache(Page)
