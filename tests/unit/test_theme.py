"""Colours of the charts: told apart with every kind of colour vision, readable on paper and on dark screens."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from report import theme
from report.rendering.words import ASSETS

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])
SIDES = {"paper": theme.LIGHT, "screen": theme.DARK}


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(light, 0, 1) / WHITE
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: str, other: str, vision: str) -> float:
    return float(np.linalg.norm(lab(VISION[vision] @ linear(one)) - lab(VISION[vision] @ linear(other))))


def contrast(one: str, other: str) -> float:
    low, high = sorted(float((TO_XYZ[1] * linear(colour)).sum()) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("side", SIDES)
def test_colours_of_series_are_far_apart_for_everybody(vision: str, side: str) -> None:
    colours = [theme.COLOURS[role][SIDES[side]] for role in theme.SERIES]
    assert min(distance(one, other, vision) for one, other in combinations(colours, 2)) > 20


def test_the_measure_finds_colours_that_are_alike() -> None:
    assert distance("#b9902b", "#d1661b", "deuteranopia") < 10
    assert distance("#b9902b", "#d1661b", "usual") > 20


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("side", SIDES)
def test_years_and_steps_go_in_one_direction_of_lightness(vision: str, side: str) -> None:
    for roles in (("year_1", "year_2", "year_3"), theme.STEPS):
        light = [lab(VISION[vision] @ linear(theme.COLOURS[role][SIDES[side]]))[0] for role in roles]
        steps = np.diff(light)
        assert all(steps < -2) or all(steps > 2), (roles, light)


@pytest.mark.parametrize("side", SIDES)
def test_surfaces_and_text_have_enough_contrast(side: str) -> None:
    at = SIDES[side]
    paper = theme.COLOURS["paper"][at]
    assert min(contrast(theme.COLOURS[role][at], paper) for role in theme.SERIES) >= 3
    assert contrast(theme.COLOURS["ink"][at], paper) >= 7
    assert contrast(theme.COLOURS["grey"][at], paper) >= 4.5
    named = {light: role for role, (light, _) in theme.COLOURS.items()}
    states = ("missing", "good", "part", "nothing", "unknown", "not_there", "absent")
    for role in (*theme.STEPS, *states):
        ink = theme.COLOURS[named[theme.on_step(role)]][at]
        assert contrast(ink, theme.COLOURS[role][at]) >= 4.5, role


def test_every_role_is_known_by_its_colour_on_paper_and_turns_dark() -> None:
    on_paper = [light for light, _ in theme.COLOURS.values()]
    assert len(set(on_paper)) == len(on_paper)
    rules = theme.screen_rules(".x")
    drawing = f'<path style="fill: {theme._rgb(theme.paint("series_1"))};"/>'
    assert theme.darkened(drawing) == f'<path style="fill: {theme._rgb(theme.COLOURS["series_1"][1])};"/>'
    selected = ':is([style*="fill: rgb(11, 74, 148)"],[style*="fill:#0b4a94"],[fill="rgb(11, 74, 148)"])'
    assert f".x {selected}{{fill:light-dark(#0b4a94,#6cbffd)!important}}" in rules


def test_series_beside_one_another_differ_in_colour_and_pattern() -> None:
    looks = [(theme.colour(n), theme.pattern(n)["shape"]) for n in range(12)]
    assert len(set(looks)) == 12
    assert all(one != other for (_, one), (_, other) in pairwise(looks))


def test_the_web_edition_ships_the_rules_of_the_theme() -> None:
    shipped = (ASSETS / "charts.css").read_text(encoding="utf-8")
    assert shipped == theme.screen_rules(theme.DRAWINGS)
