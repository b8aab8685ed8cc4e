"""Draws how much is detected by how many tokens, as an SVG."""

from collections.abc import Mapping
from math import log2

__all__ = ["draw_curves"]

WIDTH, LEAST, LEFT, RIGHT, TOP, BOTTOM = 820, 400, 60, 250, 50, 56
INK, GRID = "#24292f", "#d0d7de"
COLOURS = ("#cf222e", "#bf5b04", "#9a6700", "#1a7f37", "#1b7c83", "#0969da", "#8250df", "#bf3989", "#57606a", "#24292f")
SHARES = (0, 0.25, 0.5, 0.75, 1)
LEGEND = 20


def _text(x: float, y: float, words: str, anchor: str = "middle", size: int = 12, colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{words}</text>'


def draw_curves(title: str, curves: Mapping[str, Mapping[int, float]]) -> str:
    """Return an SVG with one line for each kind.

    Args:
        title: stands above.
        curves: for each kind, the share that is detected by the number of tokens.
    """
    steps = sorted({tokens for curve in curves.values() for tokens in curve})
    height = max(LEAST, TOP + LEGEND * len(curves) + BOTTOM)
    span = max(1.0, log2(steps[-1]) - log2(steps[0]))

    def x(tokens: int) -> float:
        return LEFT + (log2(tokens) - log2(steps[0])) / span * (WIDTH - LEFT - RIGHT)

    def y(share: float) -> float:
        return height - BOTTOM - share * (height - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 24, title, "start", 15),
        _text((LEFT + WIDTH - RIGHT) / 2, height - 14, "tokens of the answer"),
    ]
    for share in SHARES:
        parts.append(f'<path d="M{LEFT} {y(share):.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        parts.append(_text(LEFT - 8, y(share) + 4, f"{share:.0%}", "end", 11))
    parts += [_text(x(tokens), height - BOTTOM + 18, str(tokens), size=11) for tokens in steps]
    for number, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        dash = ' stroke-dasharray="6 4"' if number >= len(COLOURS) else ""
        places = [(x(tokens), y(share)) for tokens, share in sorted(curve.items())]
        line = "L".join(f"{left:.1f} {top:.1f}" for left, top in places)
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{left:.1f}" cy="{top:.1f}" r="3" fill="{colour}"/>' for left, top in places]
        parts.append(_text(WIDTH - RIGHT + 16, TOP + 8 + LEGEND * number, name, "start", 12, colour))
    return "\n".join([*parts, "</svg>", ""])
