"""Jupyter as `gencourse lab --teacher` starts it: with nbgrader's buttons and menus."""

c = get_config()  # noqa: F821
load_subconfig("jupyter_server_config.py")  # noqa: F821
c.ServerApp.tornado_settings = {}
