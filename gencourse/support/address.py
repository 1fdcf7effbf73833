"""The project's address on the web: the Repository in pyproject.toml's [project.urls], and nowhere else.

Whoever would link to the project asks here, and leaves the link out while there is none.
"""


def address() -> str:
    """The address; "" while it is not known, and where the package runs without being installed."""
    from importlib import metadata

    try:
        urls = metadata.metadata("gencourse").get_all("Project-URL", [])
    except metadata.PackageNotFoundError:
        return ""
    return dict(url.split(", ", 1) for url in urls).get("Repository", "")
