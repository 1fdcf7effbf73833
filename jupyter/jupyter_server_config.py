"""Jupyter as `gencourse lab` starts it: a slider's news travels at once, nobody is asked about news feeds, and
nbgrader's buttons are for teachers (teacher.py).

Token authentication stays on.
"""

from pathlib import Path

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A kernel's websocket with TCP_NODELAY: without it small messages wait about 30 ms to be sent together."""

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def without_nbgrader(handler, page_config):
    """The page's configuration with nbgrader's extension turned off."""
    page_config["disabledExtensions"] = [*page_config.get("disabledExtensions", []), "@jupyter/nbgrader"]
    return page_config


c = get_config()  # noqa: F821
c.ServerApp.kernel_websocket_connection_class = PromptConnection
c.ServerApp.tornado_settings = {"page_config_hook": without_nbgrader}
c.LabApp.app_settings_dir = str(Path(__file__).parent)  # where overrides.json is
