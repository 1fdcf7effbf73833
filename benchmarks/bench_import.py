"""`import gencourse` and its training loop against `import torch` alone, each in a fresh interpreter."""

import subprocess
import sys

from table import compare, show

WAYS = {
    "import torch": "import torch",
    "import torch, gencourse": "import torch, gencourse",
    "… and gencourse.begin": "import torch, gencourse; gencourse.begin",
    "… and gencourse.fit": "import torch, gencourse; gencourse.fit",
    "import torch, torchvision": "import torch, torchvision",
}


def main() -> None:
    ways = {
        name: lambda code=code: subprocess.run([sys.executable, "-c", code], check=True) for name, code in WAYS.items()
    }
    show("a fresh interpreter", compare(ways, repeats=5), "s")


if __name__ == "__main__":
    main()
