"""What pyproject.toml cannot say: addresses that those who build know, the README of a package."""

import os
import re
from pathlib import Path

from setuptools import setup

ADDRESSES = {  # as website/site_address.py has them
    "Documentation": os.environ.get("SITE_URL"),
    "Source": os.environ.get("REPOSITORY_URL"),
}
PICTURE = re.compile(r"^!\[.*\]\((?!https:).*\)\n\n", re.MULTILINE)  # lies in the repository

setup(
    long_description=PICTURE.sub("", Path("README.md").read_text(encoding="utf-8")),
    long_description_content_type="text/markdown",
    project_urls={label: address for label, address in ADDRESSES.items() if address},
)
