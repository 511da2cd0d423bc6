"""How a region's name is made comparable: script, case, marks, endings and the words for "region" and "city".

Nothing here knows which regions exist; :mod:`kzgeo.regions` does.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["core", "normalise"]

# A Latin letter typed inside a Cyrillic word is a slip of the keyboard layout: the glyphs are the same.
_LOOKALIKES = str.maketrans("ABCEHIKMOPTXYaceiopxyh", "АВСЕНІКМОРТХУасеіорхуһ")
_MIXED = re.compile(r"(?=\w*[A-Za-z])(?=\w*[Ѐ-ӿ])\w+")
_FOOTNOTE = re.compile(r"[*¹²³⁴⁵]+|(?<=\D)\d\)\s*$")
_EXCEL_FLOAT = re.compile(r"^\s*(\d+)\.0+\s*$")
_CAMEL = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])")

# Kazakh letters and their usual Russian or careless stand-ins become one letter.
_CYRILLIC = str.maketrans("қғңәөұүһіыё", "кгнаоуухиие")
# The many romanisations of Kazakh (Aqmola, Jambyl, Zhetysu, Qaraghandy) become one.
_LATIN = (
    ("dzh", "j"),
    ("dj", "j"),
    ("zh", "j"),
    ("gh", "g"),
    ("kh", "h"),
    ("q", "k"),
    ("y", "i"),
    ("ı", "i"),
)
_ADJECTIVE = re.compile(r"ск(?:ая|ои|ую|ое|ом|ие|их)$|sk(?:aia|aja|oi|uiu)$")

_OBLAST = re.compile(r"област\w*|обл|облис\w*|region|reg|oblast\w*|oblis\w*|obl|province|prov")
_CITY = re.compile(r"г|гор|город\w*|к|кала|каласи\w*|citi|c|town|kala|kalasi\w*")
_FILLER = {"по", "в", "во", "из", "of", "the", "боиинша"}


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Return the text in small letters, without accents, marks, dashes, quotes or doubled spaces.

    The result is a fixed point: normalising twice changes nothing.

    Parameters
    ----------
    text : str
        A name or code as it stands in a file.

    Returns
    -------
    str
        Words of letters and digits separated by single spaces.
    """
    text = _EXCEL_FLOAT.sub(r"\1", text)
    text = _CAMEL.sub(" ", _FOOTNOTE.sub(" ", text))
    text = _MIXED.sub(lambda word: word.group().translate(_LOOKALIKES), text)
    while (plain := _plain(text)) != text:
        text = plain
    return text


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]|_", " ", kept).split())


@lru_cache(maxsize=8192)
def core(text: str) -> tuple[str, str]:
    """Split a name into its distinguishing part and the kind it claims to be.

    Parameters
    ----------
    text : str
        A name such as ``"по Акмолинской области"``, ``"г. Алматы"`` or ``"Jambyl_Region"``.

    Returns
    -------
    tuple of str
        The folded distinguishing words, and ``"oblast"``, ``"city"`` or ``""`` where the name does not say.
    """
    kind, kept = "", list[str]()
    for word in map(_fold, normalise(text).split()):
        if _OBLAST.fullmatch(word):
            kind = kind or "oblast"
        elif _CITY.fullmatch(word):
            kind = kind or "city"
        elif word not in _FILLER and not (word == "а" and kind == "city"):  # «г.а.»: the town's own area
            kept.append(word)
    return " ".join(kept), kind


def _fold(word: str) -> str:
    word = word.translate(_CYRILLIC).replace("дж", "ж")
    for spelling, letter in _LATIN:
        word = word.replace(spelling, letter)
    return _ADJECTIVE.sub(lambda ending: ending.group()[:2], word)
