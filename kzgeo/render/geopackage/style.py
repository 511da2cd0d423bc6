"""Styles as QGIS reads them (QML): regions by class, the largest flows as arrows, nodes as rings, names as labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import numpy as np

from kzgeo.indicators import MEASURES
from kzgeo.scene.classes import classify, round_between
from kzgeo.scene.palettes import INK
from kzgeo.scene.spec import ClassSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import numpy.typing as npt

__all__ = ["Style", "flow_style", "node_style", "region_styles"]

MAPPED: Final = (
    "interregional_net_rate",
    "interregional_net",
    "interregional_arrivals",
    "interregional_departures",
    "interregional_effectiveness",
    "external_net",
    "total_net",
)
_ARROWS: Final = 20  # more than these, and straight from the file, are a ball of wool
_WIDEST: Final = 3.0  # mm
_CLASSES: Final = 3  # a side of a diverging measure


@dataclass(frozen=True, slots=True)
class Style:
    """One style of a layer: its name, what it shows, and the elements that QGIS keeps in styles and projects."""

    name: str
    description: str
    elements: tuple[ET.Element, ...]

    def qml(self) -> str:
        """Return the style as a QML document."""
        root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled="1")
        root.extend(self.elements)
        ET.indent(root, " ")
        return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, "unicode")


def region_styles(regions: gpd.GeoDataFrame) -> list[Style]:
    """Return a style for every mapped measure that the layer has, the default one first.

    A rule a class, since a graduated renderer would leave out the regions without a figure: they are hatched.
    """
    labels = _labels("short_{}", size=8)
    columns = [column for column in MAPPED if column in regions]
    return [
        Style(column, f"{column} by class, regions without a figure hatched", (_classed(regions, column), labels))
        for column in columns
    ] or [Style("outlines", "Outlines only", (_rules([("", "", _fill(INK.land))]), labels))]


def flow_style(flows: gpd.GeoDataFrame) -> Style:
    """Return the style of the flows: the largest as arrows as wide as their people, estimated ones dashed."""
    people = float(flows["people"].max()) if flows["people"].notna().any() else 1.0
    latitude = float(np.mean(flows.total_bounds[1::2])) if len(flows) else 0.0
    unsure = "\"status\" = 'estimated'"
    largest = f'"rank" <= {_ARROWS}'
    rules = [
        (f"{largest} AND NOT {unsure}", f"{_ARROWS} largest flows", _arrow(people, latitude, dashed=False)),
        (f"{largest} AND {unsure}", "estimated", _arrow(people, latitude, dashed=True)),
        (f'"rank" > {_ARROWS}', "smaller flows", _arrow(people, latitude, dashed=False)),
    ]
    shown = rules if (flows["status"] == "estimated").any() else [rules[0], rules[2]]
    return Style("flows", f"The {_ARROWS} largest flows; width by people", (_rules(shown, off="smaller flows"),))


def node_style() -> Style:
    """Return the style of the nodes: small rings with the place's name."""
    ring = {"name": "circle", "size": "1.8", "color": _rgb(INK.paper), "outline_color": _rgb(INK.text)}
    marker = _symbol("marker", "SimpleMarker", {**ring, "outline_width": "0.3"})
    return Style("nodes", "Administrative centres", (_rules([("", "", marker)]),))


def _classed(regions: gpd.GeoDataFrame, column: str) -> ET.Element:
    values = regions[column].astype("float64").to_numpy()
    measure = MEASURES[column.split("_", 1)[1]]
    diverging = measure.diverging
    classes = classify(values, ClassSpec(breaks=_terciles(values)), palette="", diverging=diverging)
    breaks = classes.edges[1:-1]
    edges = list(zip(classes.edges, classes.edges[1:], strict=False))
    rules = []
    for (low, high), fill in zip(edges, classes.fills, strict=True):
        # the ends stay open, so that a figure corrected by hand keeps a colour
        above = [] if low == classes.edges[0] else [f'"{column}" > {low:.12g}']
        below = (
            [] if high == classes.edges[-1] else [f'"{column}" {"<" if diverging and high == 0 else "<="} {high:.12g}']
        )
        label = " … ".join(_number(edge, None if edge in breaks else measure.decimals) for edge in (low, high))
        rules.append((" AND ".join([*above, *below]) or f'"{column}" IS NOT NULL', label, _fill(fill)))
    if diverging and (values == 0).any():
        rules.append((f'"{column}" = 0', "0", _fill(INK.zero)))
    if np.isnan(values).any():
        rules.append((f'"{column}" IS NULL', "no data", _hatch()))
    return _rules(rules)


def _number(edge: float, decimals: int | None) -> str:
    """Return a class break as it is, or the end of a scale, which is somebody's figure, rounded."""
    shown = edge if decimals is None else round(edge, decimals)
    return f"{shown:,.6f}".rstrip("0").rstrip(".").replace("-", "−")


def _terciles(values: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Return round breaks that part the values, each side of zero on its own, into classes of like size."""
    values = np.unique(values[np.isfinite(values)])
    breaks: list[float] = []
    for side in (values[values < 0], values[values > 0]):
        cuts = {len(side) * part // _CLASSES for part in range(1, _CLASSES)} - {0}
        breaks += [round_between(float(side[cut - 1]), float(side[cut])) for cut in sorted(cuts)]
    return tuple(breaks)


def _rules(rules: Iterable[tuple[str, str, ET.Element]], *, off: str = "") -> ET.Element:
    """Return a rule-based renderer of (filter, label, symbol); the rule labelled ``off`` is there but unticked."""
    renderer = ET.Element("renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0", enableorderby="0")
    tree = ET.SubElement(renderer, "rules", key="{rules}")
    symbols = ET.SubElement(renderer, "symbols")
    for number, (condition, label, symbol) in enumerate(rules):
        rule = {"key": f"{{rule-{number}}}", "symbol": str(number), "label": label}
        rule |= {"filter": condition} if condition else {}
        rule |= {"checkstate": "0"} if label and label == off else {}
        ET.SubElement(tree, "rule", rule)
        symbol.set("name", str(number))
        symbols.append(symbol)
    return renderer


def _symbol(kind: str, layer_class: str, options: Mapping[str, str], *, alpha: float = 1.0) -> ET.Element:
    symbol = ET.Element("symbol", type=kind, name="0", alpha=f"{alpha:g}", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(symbol, "layer", {"class": layer_class, "enabled": "1", "pass": "0", "locked": "0"})
    layer.append(_map(options))
    return symbol


def _map(options: Mapping[str, str]) -> ET.Element:
    element = ET.Element("Option", type="Map")
    for name, value in options.items():
        ET.SubElement(element, "Option", type="QString", name=name, value=value)
    return element


def _fill(colour: str) -> ET.Element:
    edge = {"outline_color": _rgb(INK.region_edge), "outline_style": "solid", "outline_width": "0.2"}
    return _symbol("fill", "SimpleFill", {"color": _rgb(colour), "style": "solid", "joinstyle": "round", **edge})


def _hatch() -> ET.Element:
    symbol = _fill(INK.none)
    lines = _symbol("fill", "SimpleFill", {"color": _rgb(INK.hatch), "style": "b_diagonal", "outline_style": "no"})
    symbol.extend(lines)
    return symbol


def _arrow(people: float, latitude: float, *, dashed: bool) -> ET.Element:
    """Return a curved arrow that bends to its right, so that a flow and its opposite lie side by side."""
    squeeze = f"{np.cos(np.radians(latitude)):.4f}"  # a degree of longitude in degrees of latitude
    start, end = "start_point($geometry)", "end_point($geometry)"
    middle = (
        f"make_point((x({start}) + x({end})) / 2 + 0.12 * (y({end}) - y({start})) / {squeeze}, "
        f"(y({start}) + y({end})) / 2 - 0.12 * (x({end}) - x({start})) * {squeeze})"
    )
    curve = {"SymbolType": "Line", "geometryModifier": f"make_line({start}, {middle}, {end})", "units": "MapUnit"}
    outer = _symbol("line", "GeometryGenerator", curve)
    inner = _symbol("line", "ArrowLine", {"is_curved": "1", "is_repeated": "0", "head_type": "0", "arrow_type": "0"})
    inner.set("name", "@0@0")
    width = f'max(0.3, {_WIDEST} * "people" / {people:g})'
    head = {"arrowHeadLength": f"0.9 + {width}", "arrowHeadThickness": f"0.5 + 0.8 * {width}"}
    inner[0].append(_defined({"arrowWidth": width, "arrowStartWidth": f"0.4 * {width}", **head}))
    paint = {"color": _rgb(INK.arrow), "outline_color": _rgb(INK.paper), "outline_width": "0.1"}
    if dashed:
        paint |= {"style": "no", "outline_color": _rgb(INK.arrow), "outline_style": "dash"}
    body = _symbol("fill", "SimpleFill", paint)
    body.set("name", "@@0@0@0")
    inner[0].append(body)
    outer[0].append(inner)
    return outer


def _defined(expressions: Mapping[str, str]) -> ET.Element:
    """Return the expressions that set properties of a symbol layer from the feature."""
    properties = ET.Element("data_defined_properties")
    root = ET.SubElement(properties, "Option", type="Map")
    ET.SubElement(root, "Option", type="QString", name="name", value="")
    each = ET.SubElement(root, "Option", type="Map", name="properties")
    for name, expression in expressions.items():
        one = ET.SubElement(each, "Option", type="Map", name=name)
        ET.SubElement(one, "Option", type="bool", name="active", value="true")
        ET.SubElement(one, "Option", type="QString", name="expression", value=expression)
        ET.SubElement(one, "Option", type="int", name="type", value="3")
    ET.SubElement(root, "Option", type="QString", name="type", value="collection")
    return properties


def _labels(pattern: str, *, size: float) -> ET.Element:
    """Return labels in the language of the QGIS that shows them, English where it is none of the three."""
    cases = " ".join(f"WHEN @qgis_locale LIKE '{locale}%' THEN \"{pattern.format(locale)}\"" for locale in ("ru", "kk"))
    expression = f'CASE {cases} ELSE "{pattern.format("en")}" END'
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(settings, "text-style", fieldName=expression, isExpression="1", fontSize=f"{size:g}",
                          fontSizeUnit="Point", fontFamily="DejaVu Sans", textColor=_rgb(INK.text))  # fmt: skip
    ET.SubElement(style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM",
                  bufferColor=_rgb(INK.paper), bufferOpacity="1", bufferJoinStyle="128")  # fmt: skip
    ET.SubElement(settings, "placement", placement="1", fitInPolygonOnly="0", priority="5")  # over the centroid
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle="0", displayAll="0")
    return labeling


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},255"
