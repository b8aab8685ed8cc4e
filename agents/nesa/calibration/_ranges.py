"""Draws where honest and cheating checks lie relative to their thresholds, as an SVG."""

from collections.abc import Mapping, Sequence
from math import log10

__all__ = ["draw_ranges"]

WIDTH, LEFT, RIGHT, ROW, TOP = 820, 190, 30, 26, 58
DECADES = (-3, -2, -1, 0, 1, 2, 3, 4, 5)
INK, GRID, HONEST, CHEAT, LIMIT = "#24292f", "#d0d7de", "#1a7f37", "#bf5b04", "#cf222e"


def _x(ratio: float) -> float:
    shown = min(max(ratio, 10.0 ** DECADES[0]), 10.0 ** DECADES[-1])
    place = (log10(shown) - DECADES[0]) / (DECADES[-1] - DECADES[0])
    return LEFT + place * (WIDTH - LEFT - RIGHT)


def _text(x: float, y: float, words: str, anchor: str = "middle", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'


def _label(decade: int) -> str:
    return "≤ 0.001" if decade == DECADES[0] else f"{10.0**decade:g}" if decade < DECADES[-1] else "100 000"


def draw_ranges(title: str, rows: Mapping[str, Sequence[float]]) -> str:
    """Return an SVG with one line per kind of check: its range, its middle 98 % and its median.

    Args:
        title: stands above.
        rows: for each kind, how many times its threshold the worst measure of each check was.
    """
    height = TOP + ROW * len(rows) + 50
    bottom = TOP + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"',
        f' font-family="sans-serif" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 24, title, "start", 15),
        _text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, "distance as a multiple of its threshold"),
    ]
    for decade in DECADES:
        x = _x(10.0**decade)
        parts.append(f'<path d="M{x:.1f} {TOP - 8}V{bottom}" stroke="{GRID}"/>')
        parts.append(_text(x, bottom + 18, _label(decade), size=11))
    parts.append(f'<path d="M{_x(1):.1f} {TOP - 14}V{bottom}" stroke="{LIMIT}" stroke-width="2"/>')
    parts.append(_text(_x(1), TOP - 18, "threshold", size=11))
    for i, (name, ratios) in enumerate(rows.items()):
        y = TOP + ROW * (i + 0.5)
        ordered = sorted(ratios)
        last = len(ordered) - 1
        low, one, middle, most, high = (_x(ordered[round(last * share)]) for share in (0, 0.01, 0.5, 0.99, 1))
        colour = HONEST if name.startswith("honest") else CHEAT
        parts += [
            _text(LEFT - 12, y + 4, name, "end"),
            f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{colour}" stroke-width="2"/>',
            f'<path d="M{one:.1f} {y}H{most:.1f}" stroke="{colour}" stroke-width="9" stroke-opacity="0.45"/>',
            f'<circle cx="{middle:.1f}" cy="{y}" r="5" fill="{colour}"/>',
        ]
    return "\n".join([*parts, "</svg>", ""])
