"""JupyterLab with the repository's configuration, and a browser that runs notebooks in it.

Used by the browser tests and by docs/screenshot.py.
"""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
# The kernel is asked for its information first: before it has answered, Run All now and then does nothing.
RUN_ALL = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  const well = await jupyterapp.commands.execute('notebook:run-all-cells');
  const cells = [...panel.content.model.sharedModel.cells].filter((cell) => cell.cell_type === 'code');
  const errors = cells.flatMap((cell) => cell.toJSON().outputs).filter((output) => output.output_type === 'error');
  return {
    well, not_run: cells.filter((cell) => !cell.execution_count).length,
    errors: errors.map((error) => `${error.ename}: ${error.evalue}`),
  };
}"""
SCROLL = """async (text) => {
  const { content } = jupyterapp.shell.currentWidget;
  const cell = content.widgets.findIndex((cell) => cell.model.sharedModel.getSource().includes(text));
  if (cell < 0) throw new Error(`no cell has ${text}`);
  content.activeCellIndex = cell;
  await content.scrollToItem(cell, 'start');
}"""


@dataclass
class Lab:
    """A running JupyterLab: its address, its token and the folder of notebooks it shows."""

    address: str
    token: str
    folder: Path

    def url(self, path: str) -> str:
        return f"{self.address}/{path}{'&' if '?' in path else '?'}token={self.token}"


@contextlib.contextmanager
def serve(folder: Path, home: Path, *arguments: str) -> Iterator[Lab]:
    """JupyterLab on `folder`, with its own settings under `home` and nothing of the user's.

    Raises:
        RuntimeError: when it does not start, with its log.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), folder)
    places = {f"JUPYTER{name}": str(home / name) for name in ("_CONFIG_DIR", "LAB_SETTINGS_DIR", "LAB_WORKSPACES_DIR")}
    variables = places | {"JUPYTER_TOKEN": lab.token, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'tests'}"}
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--port-retries=0",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True",
        f"--config={REPOSITORY / 'jupyter' / 'jupyter_server_config.py'}",
        *arguments,
    ]
    with open(home / "log", "w") as log:
        process = subprocess.Popen(command, env=os.environ | variables, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_for(lab.url("api/status"), process, home / "log")
            yield lab
        finally:
            process.terminate()
            process.wait(timeout=20)


def find_chromium() -> str | None:
    """The path of the system's Chromium or Chrome."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def open_notebook(page: Any, lab: Lab, name: str) -> None:
    """Show a notebook and wait for its kernel."""
    page.goto(lab.url(f"lab/tree/{name}?reset"))
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=90_000)


def run_all(page: Any) -> dict[str, Any]:
    """Run all cells: whether it went `well`, how many cells were `not_run`, and the `errors`."""
    result: dict[str, Any] = page.evaluate(RUN_ALL)
    return result


def scroll_to(page: Any, text: str) -> Any:
    """Bring the cell with `text` in its source into view (long notebooks draw only what is near) and return it."""
    page.evaluate(SCROLL, text)
    cell = page.locator(".jp-Cell.jp-mod-active")
    cell.wait_for(state="visible")
    return cell


def _wait_for(url: str, process: Any, log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
