"""The scripts here need libraries that the tests do without, so pytest does not import them."""

collect_ignore_glob = ["*.py"]
