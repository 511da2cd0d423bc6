"""``NAME.json``: what a map says, in all languages, for programs that publish or check it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kzgeo.scene.model import Scene

__all__ = ["map_facts"]


def map_facts(scenes: Mapping[str, Scene]) -> dict[str, Any]:
    """Return a map's titles, captions and alt texts, classes, regions, flows, layout score, sources and data hash."""
    scene = next(iter(scenes.values()))
    return {
        "name": scene.name,
        "crs": scene.crs,
        "page": {"width": scene.page.width, "height": scene.page.height},
        "years": sorted({region.year for region in scene.regions}),
        "texts": {
            lang: {
                "title": made.title,
                "subtitle": made.subtitle,
                "caption": made.caption,
                "alt": made.alt,
                "shown": made.shown,
                "foot": list(made.foot),
                "legend": {
                    key: list(words) if isinstance(words, tuple) else words for key, words in made.legend.items()
                },
            }
            for lang, made in scenes.items()
        },
        "classes": [{"low": c.low, "high": c.high, "fill": c.fill, "regions": c.count} for c in scene.classes],
        "regions": [
            {
                "code": r.code,
                "year": r.year,
                "value": r.value,
                "class": r.index,
                "fill": r.fill,
                "status": r.status,
            }
            for r in scene.regions
        ],
        "flows": [
            {
                "id": f.id,
                "origin": f.origin,
                "destination": f.destination,
                "year": f.year,
                "people": f.people,
                "share": round(f.share, 6),
                "status": f.status,
            }
            for f in scene.flows
        ],
        "flows_share": scene.facts.get("flows_share"),
        "layout": scene.facts.get("layout"),
        "sources": list(scene.sources),
        "data_hash": scene.data_hash,
    }
