"""Running the reader's code: random generators put back, and errors traced to the reader's own lines."""

import contextlib
import dis
import random
import sys
import sysconfig
import traceback
from collections.abc import Iterator

import torch

from gencourse.support.places import PACKAGE

_PACKAGE = str(PACKAGE)
_LIBRARIES = (_PACKAGE, sysconfig.get_path("stdlib"), "<frozen")


@contextlib.contextmanager
def sandbox() -> Iterator[None]:
    """On the CPU, with gradients recorded; every global random number generator is afterwards as it was."""
    numpy = sys.modules.get("numpy")
    python_state, torch_state = random.getstate(), torch.get_rng_state()
    numpy_state = numpy.random.get_state() if numpy else None
    cuda_states = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    try:
        with torch.device("cpu"), torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        random.setstate(python_state)
        torch.set_rng_state(torch_state)
        if numpy:
            numpy.random.set_state(numpy_state)
        if cuda_states is not None:
            torch.cuda.set_rng_state_all(cuda_states)


def own_line(error: BaseException) -> tuple[int, str] | None:
    """Number and text of the innermost line of the reader's own code in the error's traceback."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _in_library(f.filename)]
    if not frames or frames[-1].lineno is None:
        return None
    return frames[-1].lineno, (frames[-1].line or "").strip()


def raised_by_hand(error: BaseException) -> bool:
    """Whether a `raise` in the reader's own code raised it, and not an operation that a library lacks.

    torch raises NotImplementedError too ("softplus" not implemented for 'Long'), from compiled code: then the
    innermost Python instruction is a call.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code
    raising = dis.opname[code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"
    return raising and not _in_library(code.co_filename)


def _in_library(filename: str) -> bool:
    return filename.startswith(_LIBRARIES) or "site-packages" in filename or "dist-packages" in filename
