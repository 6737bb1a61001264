"""Time zones as members name them: by city, by abbreviation or by IANA name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from types import MappingProxyType
from zoneinfo import available_timezones

from bot.errors import Choice, Unclear, UserError
from bot.rules.plain import plain_text

MAX_SHOWN = 60
MAX_CHOICES = 5
LIKENESS = 75  # rapidfuzz ratio, 0 to 100

COMMON_ZONES: tuple[tuple[str, str], ...] = (
    ("New York, Toronto", "America/New_York"),
    ("Chicago, Dallas", "America/Chicago"),
    ("Denver, Salt Lake City", "America/Denver"),
    ("Phoenix", "America/Phoenix"),
    ("Los Angeles, Vancouver", "America/Los_Angeles"),
    ("Mexico City", "America/Mexico_City"),
    ("Bogotá, Lima", "America/Bogota"),
    ("São Paulo, Rio de Janeiro", "America/Sao_Paulo"),
    ("London, Dublin", "Europe/London"),
    ("Berlin, Paris, Madrid", "Europe/Berlin"),
    ("Athens, Helsinki, Kyiv", "Europe/Athens"),
    ("Istanbul", "Europe/Istanbul"),
    ("Lagos", "Africa/Lagos"),
    ("Cairo", "Africa/Cairo"),
    ("Nairobi", "Africa/Nairobi"),
    ("Johannesburg", "Africa/Johannesburg"),
    ("Dubai", "Asia/Dubai"),
    ("Mumbai, Delhi, Bengaluru", "Asia/Kolkata"),
    ("Singapore, Manila", "Asia/Singapore"),
    ("Beijing, Shanghai", "Asia/Shanghai"),
    ("Tokyo, Seoul", "Asia/Tokyo"),
    ("Sydney, Melbourne", "Australia/Sydney"),
    ("Auckland", "Pacific/Auckland"),
)

# Cities with many students that give no zone its name; the zone is the one the city keeps.
_CITIES = MappingProxyType(
    {
        "America/New_York": "boston, washington, washington dc, philadelphia, atlanta, miami, nyc,"
        "new york city, pittsburgh, charlotte, orlando, cleveland, ann arbor, ithaca",
        "America/Chicago": "dallas, houston, austin, minneapolis, st louis, new orleans, nashville,"
        "madison, milwaukee, san antonio, kansas city",
        "America/Denver": "salt lake city, boulder, albuquerque",
        "America/Phoenix": "tucson",
        "America/Los_Angeles": "san francisco, seattle, san diego, portland, las vegas, san jose,"
        "sacramento, berkeley, palo alto, oakland, la, sf",
        "America/Toronto": "montreal, ottawa, quebec, waterloo",
        "America/Edmonton": "calgary",
        "America/Mexico_City": "guadalajara",
        "America/Sao_Paulo": "rio de janeiro, rio, brasilia, belo horizonte, curitiba",
        "Europe/London": "edinburgh, glasgow, manchester, birmingham, leeds, bristol, cardiff,"
        "oxford, liverpool, uk, england, scotland, wales",
        "Europe/Dublin": "cork, galway, ireland",
        "Europe/Berlin": "munich, munchen, hamburg, frankfurt, cologne, koln, stuttgart, leipzig,"
        "heidelberg, aachen, germany",
        "Europe/Paris": "lyon, marseille, toulouse, france",
        "Europe/Madrid": "barcelona, valencia, seville, spain",
        "Europe/Rome": "milan, milano, turin, naples, bologna, florence, roma, italy",
        "Europe/Zurich": "geneva, basel, bern, lausanne, switzerland",
        "Europe/Amsterdam": "rotterdam, the hague, utrecht, delft, netherlands",
        "Europe/Vienna": "graz, wien, austria",
        "Europe/Warsaw": "krakow, wroclaw, gdansk, poland",
        "Europe/Prague": "brno, praha",
        "Europe/Copenhagen": "aarhus, denmark",
        "Europe/Stockholm": "gothenburg, lund, sweden",
        "Europe/Kyiv": "kiev, lviv, odesa",
        "Europe/Istanbul": "ankara, izmir, turkey",
        "Asia/Kolkata": "mumbai, bombay, delhi, new delhi, bengaluru, bangalore, chennai, pune,"
        "hyderabad, kolkata, ahmedabad, india",
        "Asia/Shanghai": "beijing, shenzhen, guangzhou, hangzhou, nanjing, china",
        "Asia/Tokyo": "osaka, kyoto, japan",
        "Asia/Seoul": "busan, korea, south korea",
        "Asia/Ho_Chi_Minh": "hanoi, vietnam",
        "Asia/Dubai": "abu dhabi, uae",
        "Asia/Karachi": "lahore, islamabad, pakistan",
        "Asia/Jerusalem": "haifa, israel",
        "Asia/Kathmandu": "nepal",
        "Africa/Johannesburg": "cape town, durban, pretoria, south africa",
        "Africa/Lagos": "abuja, nigeria",
        "Africa/Nairobi": "kenya",
        "Africa/Accra": "ghana",
        "Australia/Sydney": "canberra",
        "Pacific/Auckland": "wellington, christchurch, new zealand",
        "UTC": "utc, gmt, z, zulu",
    }
)

# One zone: the abbreviation means its wall clock all year round, daylight time included.
_SHORT = MappingProxyType(
    {
        "America/New_York": "et edt eastern",
        "America/Chicago": "ct cdt central",
        "America/Denver": "mt mdt mountain",
        "America/Los_Angeles": "pt pst pdt pacific",
        "America/Anchorage": "akst akdt",
        "Pacific/Honolulu": "hst",
        "America/St_Johns": "nst ndt",
        "Europe/Lisbon": "wet west",
        "Africa/Johannesburg": "sast",
        "Africa/Lagos": "wat",
        "Africa/Nairobi": "eat",
        "Europe/Moscow": "msk",
        "Asia/Karachi": "pkt",
        "Asia/Tokyo": "jst",
        "Asia/Seoul": "kst",
        "Asia/Hong_Kong": "hkt",
        "Asia/Singapore": "sgt",
        "Asia/Kathmandu": "npt",
        "Australia/Adelaide": "acdt",
        "Australia/Perth": "awst",
        "Pacific/Auckland": "nzst nzdt",
    }
)
_SEVERAL = MappingProxyType(
    {
        "est": ("America/New_York", "America/Panama"),
        "cst": ("America/Chicago", "America/Mexico_City", "Asia/Shanghai", "America/Havana"),
        "mst": ("America/Denver", "America/Phoenix"),
        "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
        "bst": ("Europe/London", "Asia/Dhaka"),
        "ast": ("America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"),
        "cet": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Africa/Tunis"),
        "cest": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome"),
        "eet": ("Europe/Athens", "Europe/Helsinki", "Europe/Kyiv", "Africa/Cairo"),
        "eest": ("Europe/Athens", "Europe/Helsinki", "Europe/Kyiv", "Europe/Bucharest"),
        "gst": ("Asia/Dubai", "Pacific/Guam"),
        "aest": ("Australia/Sydney", "Australia/Brisbane"),
        "aedt": ("Australia/Sydney", "Australia/Melbourne", "Australia/Hobart"),
        "acst": ("Australia/Adelaide", "Australia/Darwin"),
        "cat": ("Africa/Harare", "Africa/Maputo", "Africa/Lusaka"),
        "usa": (
            "America/New_York",
            "America/Chicago",
            "America/Denver",
            "America/Los_Angeles",
            "Pacific/Honolulu",
        ),
        "canada": ("America/Toronto", "America/Winnipeg", "America/Edmonton", "America/Vancouver"),
        "australia": ("Australia/Sydney", "Australia/Brisbane", "Australia/Perth"),
        "brazil": ("America/Sao_Paulo", "America/Manaus", "America/Fortaleza"),
    }
)
# Cities that keep each whole or half hour, in minutes from UTC outside daylight time.
_BY_OFFSET = MappingProxyType(
    {
        -600: ("Pacific/Honolulu",),
        -540: ("America/Anchorage",),
        -480: ("America/Los_Angeles", "America/Anchorage"),
        -420: ("America/Denver", "America/Phoenix", "America/Los_Angeles"),
        -360: ("America/Chicago", "America/Mexico_City", "America/Denver"),
        -300: ("America/New_York", "America/Bogota", "America/Chicago"),
        -240: ("America/New_York", "America/Halifax", "America/Santiago", "America/Puerto_Rico"),
        -210: ("America/St_Johns",),
        -180: ("America/Sao_Paulo", "America/Argentina/Buenos_Aires", "America/Halifax"),
        -60: ("Atlantic/Azores", "Atlantic/Cape_Verde"),
        0: ("Europe/London", "Europe/Lisbon", "Africa/Accra", "UTC"),
        60: ("Europe/Berlin", "Europe/Paris", "Europe/London", "Africa/Lagos"),
        120: ("Europe/Athens", "Africa/Johannesburg", "Africa/Cairo", "Europe/Berlin"),
        180: ("Europe/Istanbul", "Africa/Nairobi", "Asia/Riyadh", "Europe/Athens"),
        210: ("Asia/Tehran",),
        240: ("Asia/Dubai",),
        270: ("Asia/Kabul",),
        300: ("Asia/Karachi", "Asia/Tashkent"),
        330: ("Asia/Kolkata", "Asia/Colombo"),
        345: ("Asia/Kathmandu",),
        360: ("Asia/Dhaka",),
        420: ("Asia/Bangkok", "Asia/Jakarta", "Asia/Ho_Chi_Minh"),
        480: ("Asia/Shanghai", "Asia/Singapore", "Asia/Manila", "Australia/Perth"),
        540: ("Asia/Tokyo", "Asia/Seoul"),
        570: ("Australia/Adelaide", "Australia/Darwin"),
        600: ("Australia/Sydney", "Australia/Brisbane"),
        630: ("Australia/Lord_Howe", "Australia/Adelaide"),
        660: ("Australia/Sydney", "Pacific/Noumea"),
        720: ("Pacific/Auckland", "Pacific/Fiji"),
        780: ("Pacific/Auckland", "Pacific/Tongatapu"),
    }
)
_OFFSET = re.compile(r"(?:utc|gmt)? ?([+-]) ?(\d{1,2})(?::?(\d{2}))?")
_REGIONS = (
    *("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/"),
    *("Australia/", "Europe/", "Indian/", "Pacific/"),
)


def _plain(text: str) -> str:
    """Leave the letters of a name, so that "São Paulo" and "sao_paulo" are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).replace("−", "-")
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[_,.]", " ", letters).split())


@cache
def _names() -> MappingProxyType[str, str]:
    """Give the zone of every plain name that has just one."""
    names: dict[str, str] = {}
    zones = sorted(zone for zone in available_timezones() if zone.startswith(_REGIONS))
    for zone in zones:
        names.setdefault(_plain(zone.rsplit("/", 1)[-1]), zone)
    names.update({_plain(zone): zone for zone in zones})
    for zone, cities in _CITIES.items():
        names.update(dict.fromkeys((city.strip() for city in cities.split(",")), zone))
    for zone, words in _SHORT.items():
        names.update(dict.fromkeys(words.split(), zone))
    return MappingProxyType(names)


def say_zone(zone: str) -> str:
    """Say a zone by its city: "New York"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def find_zone(text: str, *, field_name: str = "zone") -> str:
    """Give the IANA name of the zone a member typed as a city, an abbreviation or that name.

    Raises Unclear, each answer's value being an IANA name, when several zones fit or only near
    ones do, and UserError when nothing is like it.
    """
    plain = _plain(text)[:MAX_SHOWN]
    plain = re.sub(r" ?\b(?:standard |daylight )?(?:time ?zone|time)$", "", plain)
    several = _SEVERAL.get("usa" if plain in ("us", "united states", "america") else plain)
    if several:
        raise _ask(
            f"{_shown(text)} is used in several places. Which is yours?", several, field_name
        )
    if offset := _OFFSET.fullmatch(plain):
        raise _ask_city(text, offset, field_name)
    if zone := _names().get(plain):
        return zone
    raise _near(text, plain, field_name)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return f'"{plain_text(text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…")}"'


def _ask(question: str, zones: Iterable[str], field_name: str) -> Unclear:
    unique = list(dict.fromkeys(zones))[:MAX_CHOICES]
    choices = tuple(Choice(say_zone(zone), zone) for zone in unique)
    return Unclear(question, field_name=field_name, choices=choices)


def _ask_city(text: str, offset: re.Match[str], field_name: str) -> UserError:
    """Ask for a city: an offset alone does not tell when the clocks change."""
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    zones = _BY_OFFSET.get(-minutes if offset[1] == "-" else minutes, ())
    pick = "Pick a city on your clock, or type one." if zones else "Type a city on your clock."
    return _ask(f"{_shown(text)} does not say when clocks change. {pick}", zones, field_name)


def _near(text: str, plain: str, field_name: str) -> UserError:
    names = _names()
    from rapidfuzz import fuzz, process  # 3 MB, for typos alone

    found = process.extract(plain, list(names), scorer=fuzz.ratio, limit=9, score_cutoff=LIKENESS)
    zones = [names[name] for name, *_ in found] if len(plain) > 2 else []
    if not zones:
        return UserError(
            f"I don't know {_shown(text)} as a time zone. "
            'Type the nearest big city, like "Berlin" or "New York".'
        )
    return _ask(f"I don't know {_shown(text)}. Did you mean one of these?", zones, field_name)
