"""Make docs/lesson10.png: lesson 10 alive in JupyterLab, its pad dragged by a real browser.

python docs/screenshot.py
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from lab_driver import CHROMIUM_ARGUMENTS, Lab, find_chromium, open_notebook, run_all, scroll_to, serve  # noqa: E402

LESSON = "10-training-a-vae.ipynb"


def main() -> None:
    """Run the lesson, drag, and write the picture."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder, home = Path(temporary, "notebooks"), Path(temporary, "jupyter")
        home.mkdir()
        shutil.copytree(REPOSITORY / "notebooks", folder)
        with serve(folder, home) as lab:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
            page = browser.new_page(viewport={"width": 1180, "height": 880}, device_scale_factor=1.5)
            page.set_default_timeout(300_000)
            picture = take(page, lab)
            browser.close()
    (REPOSITORY / "docs" / "lesson10.png").write_bytes(picture)


def take(page: Any, lab: Lab) -> bytes:
    """The page with the pad in view and the pointer on it, as PNG."""
    open_notebook(page, lab, LESSON)
    result = run_all(page)
    if not result["well"]:
        raise RuntimeError(f"the lesson failed: {result}")
    page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    plane = scroll_to(page, "LatentPad(").locator(".gc-plane")
    plane.wait_for()
    box = plane.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.66, steps=12)
    page.wait_for_timeout(500)
    picture: bytes = page.screenshot()
    page.mouse.up()
    return picture


if __name__ == "__main__":
    main()
