"""What a cell made goes when the cell has been run again.

ipywidgets holds every widget for ever, and the page does too; IPython holds every output. So a cell that was run a
hundred times would hold a hundred models.
"""

from typing import Any

from gencourse.support.shell import shell

_made: dict[str, list[Any]] = {}  # by the cell that made them
_shown: dict[str, list[Any]] = {}  # by the cell whose output shows them
_made_now: list[Any] = []
_shown_now: list[Any] = []


def made(widget: Any) -> None:
    """Tell of a widget that has just been made: it is closed once its cell has been run again.

    Not while another cell shows it or a name of the reader's holds it; nor where cells have no names, as headless.
    """
    if running := shell():
        _made_now.append(widget)
        running.events.register("post_run_cell", close_earlier)  # IPython takes the same function once


def shown(widget: Any) -> None:
    """Tell of a widget that is being shown."""
    if shell():
        _shown_now.append(widget)


def close_earlier(result: Any) -> None:
    """After a cell: close what its earlier runs made."""
    cell, new, seen = result.info.cell_id, _made_now[:], _shown_now[:]
    _made_now.clear()
    _shown_now.clear()
    if cell is None:
        return
    earlier, _made[cell], _shown[cell] = _made.get(cell, []), new, seen
    for widget in earlier:
        if _is_in_use(widget):
            _made[cell].append(widget)
        else:
            _forget_output(widget)
            _close(widget)


def _is_in_use(widget: Any) -> bool:
    names = [value for name, value in shell().user_ns.items() if not name.startswith("_")]  # _ and _12 are IPython's
    return any(held is widget for held in [*names, *(each for seen in _shown.values() for each in seen)])


def _forget_output(widget: Any) -> None:
    """Take the widget out of IPython's Out, where its model would stay."""
    outputs = shell().user_ns["_oh"]
    for number in [number for number, value in outputs.items() if value is widget]:
        del outputs[number]
        shell().drop_by_id({f"_{number}": widget})


def _close(widget: Any) -> None:
    """Close a widget, and the widgets that it is made of: a layout, a style, children."""
    for name in widget.keys:
        value = getattr(widget, name)
        for part in value if isinstance(value, list | tuple) else [value]:
            if hasattr(part, "comm"):
                _close(part)
    widget.close()
