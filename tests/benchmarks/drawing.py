"""A picture of figures that grow: lines through points on two logarithmic scales, as SVG."""

from __future__ import annotations

import math
from html import escape

__all__ = ["draw"]

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 420, 70, 40, 190, 50
_COLOURS = ("#1f6f8b", "#c8553d", "#588157", "#7b2d8b", "#b08900")


def draw(title: str, lines: dict[str, dict[str, float]]) -> str:
    """Return a picture of lines: name → size → figure."""
    points = [(float(size), value) for each in lines.values() for size, value in each.items() if value > 0]
    if not points:
        return ""
    (left, right), (low, high) = (_decades([point[axis] for point in points]) for axis in (0, 1))

    def x(size: float) -> float:
        return _LEFT + (math.log10(size) - left) / (right - left) * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (math.log10(value) - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
    parts = [
        f'{head}font-size="12"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">{escape(title)}</text>',
        f'<text x="{_LEFT}" y="{_HEIGHT - 10}">quads</text>',
    ]
    for power in range(left, right + 1):
        at = x(10.0**power)
        parts.append(f'<path d="M{at:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{at:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">10^{power}</text>')
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<path d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for number, (name, each) in enumerate(sorted(lines.items())):
        colour = _COLOURS[number % len(_COLOURS)]
        found = sorted((float(size), value) for size, value in each.items() if value > 0)
        path = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in found)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>' for size, value in found]
        place = _TOP + 20 * number + 10
        parts.append(f'<text x="{_WIDTH - _RIGHT + 14}" y="{place}" fill="{colour}">{escape(name)}</text>')
    return "".join([*parts, "</svg>"])


def _decades(values: list[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
