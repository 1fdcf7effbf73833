"""Training in the page: its engine in node, against eager torch with fused Adam, one thread each, the same networks,
batches of 256, side by side. python benchmarks/bench_playground.py"""

import json
import subprocess
import time
from typing import Any

import torch
from table import compare, show

from gencourse.widgets.playground import FAMILIES, ROWS, build_model, knobs_of
from gencourse.widgets.shared.bundle import WIDGETS
from gencourse.widgets.shared.learn.points import draw_points

ENGINE = """
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
const [folder] = process.argv.slice(1);
const load = (name) => import(`${folder}/shared/learn/${name}.js`);
const [{ makeModel }, { makeKernel }, { drawPoints }, { Random }] =
  await Promise.all(["families", "kernel", "points", "random"].map(load));
const wasm = new Uint8Array(readFileSync(`${folder}/bundles/arithmetic.wasm`));
const train = drawPoints("moons", 400, 0.1, 1);
let model, random;
for await (const line of createInterface({ input: process.stdin })) {
  const { name, knobs, steps } = JSON.parse(line);
  if (knobs) [random, model] = [new Random(1), makeModel({ name, knobs }, makeKernel(wasm), train, new Random(1))];
  for (let step = 0; step < steps; step++) {
    model.loss(random.batch(train, 256), model.noise(random));
    for (const block of model.blocks) block.learn(model.rate);
  }
  console.log("done");
}
"""
STEPS = 100


class Page:
    """The page's engine, in a process of node that trains as it is told."""

    def __init__(self) -> None:
        command = ["node", "--input-type=module", "-e", ENGINE, str(WIDGETS)]
        self.node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **order: Any) -> None:
        assert self.node.stdin and self.node.stdout
        self.node.stdin.write(json.dumps(order) + "\n")
        self.node.stdin.flush()
        assert self.node.stdout.readline() == "done\n"


def by_torch(name: str) -> Any:
    """A function that trains the package's model for STEPS steps."""
    model = build_model(name, knobs_of(name))
    optimiser = torch.optim.Adam(model.parameters(), lr=FAMILIES[name].rate, fused=True)
    train = torch.from_numpy(draw_points("moons", 400, 0.1, 1))

    def run() -> None:
        for _ in range(STEPS):
            batch = train[torch.randint(len(train), (ROWS,))]
            optimiser.zero_grad()
            model.loss(batch.view(-1, 1, 1, 2) if name == "vae" else batch)["loss"].backward()
            optimiser.step()

    return run


if __name__ == "__main__":
    torch.set_num_threads(1)
    page = Page()
    for name in FAMILIES:
        if name == "mixture":
            continue  # EM: no network
        page.ask(name=name, knobs=knobs_of(name), steps=300)
        start = time.perf_counter()
        ways = {"torch, eager, fused Adam": by_torch(name), "in the page": lambda: page.ask(steps=STEPS)}
        seconds = compare(ways, repeats=7)
        speeds = {way: STEPS / seconds[way] for way in ways}
        show(f"{FAMILIES[name].title}, {time.perf_counter() - start:.0f} s of turns", speeds, "steps/s")
    page.node.terminate()
