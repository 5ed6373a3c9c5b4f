"""A Sphinx extension: what Jupyter Book lacks for this book."""

import os
import re
from dataclasses import dataclass, field
from importlib.metadata import version
from urllib.parse import urlsplit

from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


def number_by_page(app, env):
    """The figures and equations of page 3.2 are numbered 3.2.1, 3.2.2, …

    Sphinx would count through the whole book. The page's number stands at the start of its title;
    on a page without one the count stands alone.
    """
    for page, kinds in env.toc_fignumbers.items():
        section = re.match(r"(\d+)\.(\d+) ", env.titles[page].astext())
        for numbers in kinds.values():
            for count, name in enumerate(numbers, start=1):
                numbers[name] = (*section.groups(), count) if section else (count,)
    return list(env.toc_fignumbers)


def set_address(app, config):
    """Where the site is published: cards, sitemap and citations name it, links of pages do not.

    The workflow that publishes sets SITE_URL. A local build is read at a local address.
    REPOSITORY_URL is where the book's files are; without it no page leads there.
    """
    address = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/") + "/"
    config.html_baseurl = config.ogp_site_url = address
    config.notfound_urls_prefix = urlsplit(address).path
    config.release = config.version = version("lossbook")
    config.repository = os.environ.get("REPOSITORY_URL", "")
    if config.repository:
        link = f' <a href="{config.repository}">The repository of the book</a>.'
        config.html_theme_options["extra_footer"] += link


def round_brackets():
    return BracketStyle(left="(", right=")")


@dataclass
class RoundAuthorYear(AuthorYearReferenceStyle):
    """Huber (1964) and (Huber, 1964), where the stock style has square brackets."""

    bracket_parenthetical: BracketStyle = field(default_factory=round_brackets)
    bracket_textual: BracketStyle = field(default_factory=round_brackets)


def setup(app):
    register_plugin("sphinxcontrib.bibtex.style.referencing", "author_year_round", RoundAuthorYear)
    app.add_config_value("repository", "", "env")
    app.connect("config-inited", set_address, priority=100)
    # After Sphinx's own handler, whose priority is 500.
    app.connect("env-get-updated", number_by_page, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
