"""A Sphinx extension: where the site is published, and where the book's files are."""

import os
from urllib.parse import urlsplit

from lossbook import __version__


def set_address(app, config):
    """Cards, sitemap and citations name the site's address, links of pages do not.

    The workflow that publishes sets SITE_URL. A local build is read at a local address.
    REPOSITORY_URL is where the book's files are; without it no page leads there.
    """
    address = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/") + "/"
    config.html_baseurl = config.ogp_site_url = address
    config.notfound_urls_prefix = urlsplit(address).path
    config.release = config.version = __version__
    config.repository = os.environ.get("REPOSITORY_URL", "")
    if config.repository:
        link = f' <a href="{config.repository}">The repository of the book</a>.'
        config.html_theme_options["extra_footer"] += link


def setup(app):
    app.add_config_value("repository", "", "env")
    app.connect("config-inited", set_address, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
