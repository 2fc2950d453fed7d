"""Titles and descriptions of a block, in Chinese, put together from the activities drawn."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pyarrow as pa

from llmexposure.data.taxonomy import DEGREES
from llmexposure.data.taxonomy.categories import read_report_categories
from llmexposure.simulation.draw import MAX_DUTIES, Draws
from llmexposure.simulation.model import YEARS, Model, build_model
from llmexposure.simulation.parameters import Parameters
from llmexposure.simulation.streams import uniform
from llmexposure.simulation.tables import lexicon, table

_NUMBERS = ("{}、", "{}.", "{}）")
# Kinds of phrase that are used as they stand; the others need a group.
_PLAIN = (
    "level", "duty_heading", "opening", "joiner", "closing", "stop", "requirement_heading", "skill", "trait",
    "benefit_heading", "benefit", "company", "company_heading", "remote",
)  # fmt: skip


class Pool:
    """Fragments under names; fragment 0 is empty."""

    def __init__(self) -> None:
        self._texts: list[str] = [""]
        self._starts: dict[str, np.ndarray] = {}
        self._counts: dict[str, np.ndarray] = {}
        self._array: pa.StringArray | None = None

    def add(self, name: str, lists: Iterable[Iterable[str]]) -> None:
        """Add lists of fragments under one name; list g is what group g chooses from."""
        lists = [list(texts) for texts in lists]
        counts = np.array([len(texts) for texts in lists], dtype=np.int32)
        starts = len(self._texts) + np.concatenate([[0], counts.cumsum()[:-1]])
        self._counts[name], self._starts[name] = counts, starts.astype(np.int32)
        self._texts += [text for texts in lists for text in texts]
        self._array = None

    def choose(self, name: str, u: np.ndarray, group: np.ndarray | int = 0) -> np.ndarray:
        """Number of a fragment of the group, each equally likely."""
        counts = self._counts[name][group]
        return self._starts[name][group] + (u * counts).astype(np.int32)

    def choose_other(
        self, name: str, u: np.ndarray, group: np.ndarray, first: np.ndarray
    ) -> np.ndarray:
        """Number of another fragment of the group than ``first``; groups have two or more."""
        counts, start = self._counts[name][group], self._starts[name][group]
        other = first + 1 + (u * (counts - 1)).astype(np.int32)
        return np.where(other < start + counts, other, other - counts)

    def number(self, name: str, group: np.ndarray | int, place: np.ndarray | int = 0) -> np.ndarray:
        """Number of the fragment at a place of its group."""
        return self._starts[name][group] + place

    def names(self, name: str, group: np.ndarray) -> pa.StringArray:
        """First fragment of each row's group, as text."""
        return self.join(self.number(name, group)[:, None])

    def join(self, numbers: np.ndarray) -> pa.StringArray:
        """One text a row of ``numbers`` (rows, fragments), the fragments put end to end.

        Taking the flat list lays the bytes of all rows one behind the other, so every n-th offset
        already marks a row: no text is touched twice, none by Python.

        Examples
        --------
        >>> pool = Pool()
        >>> pool.add("greeting", [["good ", "day"]])
        >>> pool.join(np.array([[1, 2], [0, 2]])).to_pylist()
        ['good day', 'day']
        """
        if self._array is None:
            self._array = pa.array(self._texts, pa.string())
        rows, width = numbers.shape
        flat = self._array.take(pa.array(np.ascontiguousarray(numbers).ravel()))
        _, offsets, data = flat.buffers()
        ends = np.frombuffer(offsets, np.int32)[: rows * width + 1 : width]
        return pa.StringArray.from_buffers(rows, pa.py_buffer(np.ascontiguousarray(ends)), data)


@cache
def fragments(parameters: Parameters) -> Pool:
    """Every fragment that postings are made of."""
    model, pool = build_model(parameters), Pool()
    terms, titles = lexicon(), table("titles").set_index("role")["titles"].str.split("|")
    phrases = _phrases()
    for kind in _PLAIN:
        pool.add(kind, [phrases[kind]])
    pool.add("degree", [phrases[f"degree_{name}"] for name in DEGREES])
    pool.add("years", [phrases[f"years_{years:.0f}"] for years in YEARS])
    pool.add("ai_skill", [phrases["skill"], phrases["ai_skill"]])
    pool.add("term", [terms[activity] for activity in model.activity_ids])
    pool.add("title", [titles[role] for role in model.roles.names])
    pool.add("city", [[city] for city in model.cities.names])
    pool.add("occupation", [[name] for name in category_names(model)])
    pool.add("category", [[name] for name in model.categories["category"]])
    pool.add("role", [[name] for name in model.roles.names])
    pool.add("activity", [[activity] for activity in model.activity_ids])
    pool.add("degree_name", [[name] for name in DEGREES])
    pool.add("number", [[style.format(n + 1) for n in range(MAX_DUTIES)] for style in _NUMBERS])
    pool.add("mark", [["\n", "，", "。\n", "工作地点：", "。", "|"]])
    pool.add("digits", [[f"{number:03d}" for number in range(1000)]])
    return pool


def _phrases() -> dict[str, list[str]]:
    """Phrases by kind, each as often as its weight says; '-' is no phrase."""
    rows = table("phrases").replace({"text": {"-": ""}})
    repeated = rows.loc[rows.index.repeat(rows["weight"])]
    return repeated.groupby("kind", sort=False)["text"].agg(list).to_dict()


def category_names(model: Model) -> list[str]:
    """Chinese name of each category, as the report prints it."""
    names = read_report_categories().set_index("category")["name_zh"]
    return list(names[model.categories["category"]])


def titles(parameters: Parameters, draws: Draws, seed: int, block: int) -> pa.StringArray:
    """Job titles: sometimes a grade, then one of the titles of the role."""
    pool, u = fragments(parameters), uniform(seed, block, "title", 2)
    return pool.join(
        np.stack([pool.choose("level", u[0]), pool.choose("title", u[1], draws.role)], axis=1)
    )


def descriptions(parameters: Parameters, draws: Draws, seed: int, block: int) -> pa.StringArray:
    """Texts of about 300 characters: company, duties, requirements, benefits, in that order.

    The company comes first, last or not at all. Each duty sentence holds two terms of its activity.
    Company and benefits name activities as well, which must not score.
    """
    pool, u = fragments(parameters), uniform(seed, block, "phrase", 16)
    style = (u[0] * len(_NUMBERS)).astype(np.int32)
    company = _company_parts(pool, u[1], u[2], u[15])
    first, last = u[3] < 0.4, u[3] > 0.7
    return pool.join(
        np.stack(
            [
                *(np.where(first, part, 0) for part in company),
                pool.choose("duty_heading", u[4]),
                *_duty_parts(pool, draws, style, uniform(seed, block, "term", 6, MAX_DUTIES)),
                pool.choose("requirement_heading", u[5]),
                *_requirement_parts(parameters, draws, style, u[6:11]),
                *_benefit_parts(pool, draws, u[11:15]),
                *(np.where(last, part, 0) for part in company),
            ],
            axis=1,
        )
    )


def _company_parts(
    pool: Pool, u_heading: np.ndarray, u_first: np.ndarray, u_second: np.ndarray
) -> list[np.ndarray]:
    group = np.zeros(u_first.shape, dtype=int)
    first = pool.choose("company", u_first)
    return [
        pool.choose("company_heading", u_heading),
        first,
        pool.choose_other("company", u_second, group, first),
        np.full_like(first, pool.number("mark", 0, 0)),
    ]


def _duty_parts(pool: Pool, draws: Draws, style: np.ndarray, u: np.ndarray) -> list[np.ndarray]:
    """Sentences such as '1、负责<term>、<term>等工作；', each on its line."""
    parts = [np.full_like(style, pool.number("mark", 0, 0))]
    stop = pool.choose("stop", u[5, 0])
    for place in range(MAX_DUTIES):
        activity, number = draws.activities[place], pool.number("number", style, place)
        first = pool.choose("term", u[1, place], activity)
        sentence = [
            number,
            pool.choose("opening", u[0, place]),
            first,
            pool.choose("joiner", u[2, place]),
            pool.choose_other("term", u[3, place], activity, first),
            pool.choose("closing", u[4, place]),
            stop,
            parts[0],
        ]
        parts += [np.where(draws.used[place], part, 0) for part in sentence]
    return parts


def _requirement_parts(
    parameters: Parameters, draws: Draws, style: np.ndarray, u: np.ndarray
) -> list[np.ndarray]:
    pool, n_categories = fragments(parameters), len(build_model(parameters).categories)
    comma, end = pool.number("mark", 0, 1), pool.number("mark", 0, 2)
    line = np.full_like(style, pool.number("mark", 0, 0))
    parts = [line]
    special = (draws.role >= n_categories).astype(int)
    skill = pool.choose("ai_skill", u[2], special)
    chosen = [
        pool.choose("degree", u[0], draws.degree),
        pool.choose("years", u[1], draws.years),
        skill,
        pool.choose_other("ai_skill", u[3], special, skill),
        pool.choose("trait", u[4]),
    ]
    for place, (phrase, mark) in enumerate(zip(chosen, (comma, end, comma, end, end), strict=True)):
        number = pool.number("number", style, place // 2) if place % 2 == 0 else line * 0
        parts += [number, phrase, np.full_like(style, mark)]
    return parts


def _benefit_parts(pool: Pool, draws: Draws, u: np.ndarray) -> list[np.ndarray]:
    line = np.full(draws.role.shape, pool.number("mark", 0, 0))
    group = np.zeros(draws.role.shape, dtype=int)
    first = pool.choose("benefit", u[2])
    return [
        pool.choose("benefit_heading", u[0]),
        line,
        np.where(draws.remote, pool.choose("remote", u[1]), 0),
        first,
        pool.choose_other("benefit", u[3], group, first),
        line,
        np.full_like(line, pool.number("mark", 0, 3)),
        pool.number("city", draws.city),
        np.full_like(line, pool.number("mark", 0, 2)),
    ]
