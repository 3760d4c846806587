"""Mapa Praktyk: the 16 voivodeships as equal tiles laid out as on a map. Pure arithmetic for the picture."""

from collections.abc import Mapping
from dataclasses import dataclass

# TERYT code: (name, letter on number plates, column, row).
# Equal tiles keep a small voivodeship as easy to hit as a large one.
LAYOUT = {
    "32": ("zachodniopomorskie", "Z", 0, 0),
    "22": ("pomorskie", "G", 1, 0),
    "28": ("warmińsko-mazurskie", "N", 2, 0),
    "20": ("podlaskie", "B", 3, 0),
    "08": ("lubuskie", "F", 0, 1),
    "30": ("wielkopolskie", "P", 1, 1),
    "04": ("kujawsko-pomorskie", "C", 2, 1),
    "14": ("mazowieckie", "W", 3, 1),
    "02": ("dolnośląskie", "D", 0, 2),
    "16": ("opolskie", "O", 1, 2),
    "10": ("łódzkie", "E", 2, 2),
    "06": ("lubelskie", "L", 3, 2),
    "24": ("śląskie", "S", 0, 3),
    "12": ("małopolskie", "K", 1, 3),
    "26": ("świętokrzyskie", "T", 2, 3),
    "18": ("podkarpackie", "R", 3, 3),
}
WIDTH, HEIGHT, GAP = 172, 92, 8
SHADES = 4  # steps of one hue from light to dark: told apart without telling colours apart


@dataclass(frozen=True, slots=True)
class Tile:
    code: str
    name: str
    letter: str  # what fits on a phone, and everybody knows from number plates
    count: int
    shade: int  # 0: no practice; 1…SHADES
    x: int
    y: int


def tiles(counts: Mapping[str, int]) -> list[Tile]:
    """Every voivodeship, those without practices too, row by row as a map is read."""
    most = max(counts.values(), default=0)
    return [
        Tile(
            code=code,
            name=name,
            letter=letter,
            count=counts.get(code, 0),
            shade=shade(counts.get(code, 0), most),
            x=column * (WIDTH + GAP),
            y=row * (HEIGHT + GAP),
        )
        for code, (name, letter, column, row) in LAYOUT.items()
    ]


def shade(count: int, most: int) -> int:
    """Which step: equal shares of the largest count, and any practice at all is at least the first."""
    return 0 if count == 0 else max(1, -(-count * SHADES // most))
