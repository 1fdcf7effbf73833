"""Jupyter as `gencourse lab --teacher` starts it: with nbgrader's buttons and menus, but for *Validate*.

On a lesson that was not handed out it says "Success!" whatever stands in it.
"""


def without_validate(handler, page_config):
    """The page's configuration with that button turned off."""
    hidden = "@jupyter/nbgrader:validate-assignment"
    page_config["disabledExtensions"] = [*page_config.get("disabledExtensions", []), hidden]
    return page_config


c = get_config()  # noqa: F821
load_subconfig("jupyter_server_config.py")  # noqa: F821
c.ServerApp.tornado_settings = {"page_config_hook": without_validate}
