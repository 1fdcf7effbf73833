"""From hand to picture in JupyterLab: a key press to changed pixels, LatentPad against `interact` with `imshow`.

Both are in one notebook, on one kernel, and decode with one VAE 2-400-784.
"""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from lab_driver import CHROMIUM_ARGUMENTS, find_chromium, open_notebook, run_all, scroll_to, serve  # noqa: E402

PRESSES = 40
CELLS = [
    """import torch
from gencourse.models.vae import VAE
from gencourse.widgets import LatentPad
torch.manual_seed(0)
vae = VAE(latent=2, hidden=(400,))
vae.decoder[-2].weight.data *= 20  # so that each place looks different
LatentPad(vae)""",
    """%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import interact
@interact(z=(-3.0, 3.0, 0.05))
def show(z=0.0):
    with torch.no_grad():
        plt.imshow(vae.decode(torch.tensor([[z, 0.0]]))[0, 0])
    plt.show()""",
]
# Resolves to the ms from the key's event to the first frame whose picture differs from the last.
MEASURE = """([selector]) => new Promise((resolve) => {
  const look = () => {
    const element = [...document.querySelectorAll(selector)].at(-1);
    if (!element) return null;
    if (element.tagName === 'IMG') return element.src;
    return element.getContext('2d').getImageData(0, 0, element.width, element.height).data.join();
  };
  const before = look();
  window.addEventListener('keydown', () => {
    const start = performance.now();
    const frame = () => {
      const now = look();
      if (now && now !== before) resolve(performance.now() - start);
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, { capture: true, once: true });
})"""


def latencies(page: Any, cell: Any, focus: str, picture: str) -> list[float]:
    """The ms of PRESSES key presses on the element `focus` until `picture` has changed."""
    cell.locator(focus).first.focus()
    times = []
    for press in range(PRESSES + 5):
        page.evaluate(f"() => {{ window.measured = ({MEASURE})(['{picture}']); }}")
        page.keyboard.press("ArrowRight" if press % 2 else "ArrowLeft")
        times.append(page.evaluate("window.measured"))
        page.wait_for_timeout(60)
    return times[5:]


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder, home = Path(temporary, "notebooks"), Path(temporary, "jupyter")
        folder.mkdir()
        home.mkdir()
        cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}  # else Lab asks which
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "latency.ipynb")
        with serve(folder, home) as lab:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
            page = browser.new_page(viewport={"width": 1200, "height": 1600})
            page.set_default_timeout(120_000)
            open_notebook(page, lab, "latency.ipynb")
            result = run_all(page)
            if not result["well"]:
                raise RuntimeError(f"the notebook failed: {result}")
            ours = latencies(page, scroll_to(page, "LatentPad("), "canvas.gc-plane", "canvas.gc-picture")
            theirs = latencies(page, scroll_to(page, "@interact"), ".noUi-handle", ".jp-OutputArea-output img")
            browser.close()
    print(f"\nkey press to changed pixels in JupyterLab, {PRESSES} presses    p50      p95   ratio of p50")
    for name, times in {"LatentPad": ours, "interact + imshow": theirs}.items():
        p95 = statistics.quantiles(times, n=20)[-1]
        ratio = statistics.median(times) / statistics.median(ours)
        print(f"  {name:<50}{statistics.median(times):>6.1f} ms{p95:>6.1f} ms{ratio:>9.1f} ×")


if __name__ == "__main__":
    main()
