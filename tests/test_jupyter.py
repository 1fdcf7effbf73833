"""The Jupyter that `make lab` starts: prompt, private, and quiet."""

import asyncio
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


def get(url, method="GET"):
    body = b"{}" if method == "POST" else None
    with urllib.request.urlopen(urllib.request.Request(url, method=method, data=body), timeout=30) as answer:
        return json.load(answer)


def test_the_token_is_asked_for(lab):
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get(f"{lab.address}/api/contents")
    assert get(lab.url("api/contents"))["type"] == "directory"


def test_no_news_is_fetched(lab):
    settings = get(lab.url("lab/api/settings/@jupyterlab/apputils-extension:notification"))
    defaults = {name: entry["default"] for name, entry in settings["schema"]["properties"].items()}
    assert defaults["fetchNews"] == "false" and defaults["checkForUpdates"] is False


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="a process's connections are listed by Linux alone")
def test_a_kernels_websocket_does_not_wait_to_fill_a_packet(lab):
    kernel = get(lab.url("api/kernels"), "POST")["id"]
    address = lab.url(f"api/kernels/{kernel}/channels").replace("http", "ws", 1)

    async def flags_while_connected():
        connection = await websocket_connect(HTTPRequest(address))
        await connection.write_message("")  # the server answers nothing, but it has accepted us by now
        flags = await asyncio.to_thread(get, lab.url("nodelay"))
        connection.close()
        return flags

    with ThreadPoolExecutor() as thread:  # Playwright has an event loop in this one
        flags = thread.submit(asyncio.run, flags_while_connected()).result()
    assert flags == {"on": 1, "off": 1}, "the websocket has it; the plain request that asks does not"
