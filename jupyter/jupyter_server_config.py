"""Jupyter as `make lab` starts it: a slider's news travels at once, and nobody is asked about news feeds.

Token authentication stays on.
"""

from pathlib import Path

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A kernel's websocket with TCP_NODELAY: without it small messages wait about 30 ms to be sent together."""

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c = get_config()  # noqa: F821
c.ServerApp.kernel_websocket_connection_class = PromptConnection
c.LabApp.app_settings_dir = str(Path(__file__).parent)  # where overrides.json is
