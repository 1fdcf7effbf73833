"""A Jupyter server extension of the tests: /nodelay tells which of the server's connections have TCP_NODELAY."""

import contextlib
import json
import os
import socket
from pathlib import Path

from tornado.web import RequestHandler


class Connections(RequestHandler):
    def get(self):
        """The number of connections of this server with TCP_NODELAY on and off."""
        flags = [flag for number in Path("/proc/self/fd").iterdir() if (flag := _nodelay(int(number.name))) is not None]
        self.write(json.dumps({"on": flags.count(True), "off": flags.count(False)}))


def _nodelay(number: int) -> bool | None:
    """Whether file `number` has TCP_NODELAY; None where it is no established connection that a server accepted."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(number)) as connection:
        if connection.family == socket.AF_INET and connection.getpeername() and connection.getsockname()[1] == PORT[0]:
            return bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    return None


PORT: list[int] = []


def _jupyter_server_extension_points():
    return [{"module": "nodelay_probe"}]


def _load_jupyter_server_extension(app):
    PORT.append(app.port)
    app.web_app.add_handlers(".*", [("/nodelay", Connections)])
