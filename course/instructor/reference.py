"""Right answers of every variant, and the typical wrong ones, computed from the same tables.

`answers(exercise, seed)` is all that the rest of the course asks for.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from kit.tables import paper, table
from kit.variants import of_seed
from scipy import stats

RIVALS = ["interest_rates", "pandemic_boom", "remote_work", "mean_reversion"]
SLOPE = 0.005  # tolerance: what is rounded to two digits is right


@dataclass(frozen=True)
class Answer:
    """Right value (or several), tolerance (None: a word), typical wrong values by the id of their hint."""

    right: Any
    tolerance: float | None = SLOPE
    wrong: dict[str, Any] = field(default_factory=dict)
    foretold: list[str] = field(default_factory=list)
    follows: str | None = None
    rule: str | None = None

    @property
    def all_right(self) -> list[Any]:
        """Every right value."""
        return self.right if isinstance(self.right, list) else [self.right]


def answers(exercise: str, seed: int) -> dict[str, Answer]:
    """Right and typical wrong answers of one variant, by name; ``name@choice`` follows another answer."""
    return _OF[exercise](of_seed(exercise, seed))


def by_rule(rule: str) -> Answer:
    """Answer that `kit.rules` judges."""
    return Answer(None, None, rule=rule)


def _logs(country: str) -> pd.DataFrame:
    found = table("sector_postings").query("country == @country")
    return found.pivot(index="sector", columns="month", values="postings_index")


def _frame(country: str, start: str, end: str, measures: list[str]) -> pd.DataFrame:
    """Sectors with measures, ``change`` in log points and ``levels`` in index points."""
    index = _logs(country)
    moved = pd.DataFrame(
        {"change": np.log(index[end] / index[start]), "levels": index[end] - index[start]}
    )
    return moved.join(table("sectors").set_index("sector")[measures]).dropna()


def _other_rater(measure: str) -> str:
    rater, _, score = measure.partition("_")
    return f"{'human' if rater == 'gpt4' else 'gpt4'}_{score}"


def _slope(frame: pd.DataFrame, x: str, y: str = "change") -> float:
    return float(np.polyfit(frame[x], frame[y], 1)[0])


def _wrongs(value: float, **more: float) -> dict[str, float]:
    """What any slope may be by mistake: sign, log10, per cent; and what else is given."""
    return {"sign": -value, "log10": value / math.log(10), "percent": 100 * value, **more}


def _number(value: float, **more: float) -> Answer:
    return Answer(value, SLOPE, _wrongs(value, **more))


def _alpha_beta(v: SimpleNamespace) -> dict[str, Answer]:
    columns = ["gpt4_alpha", "gpt4_beta", "human_alpha", "human_beta"]
    d = _frame(v.country, v.start, v.end, columns)
    slope = {c: _slope(d, c) for c in columns}
    sd, sd0 = d[columns].std(), d[columns].std(ddof=0)
    a, b = slope["gpt4_alpha"], slope["gpt4_beta"]
    larger = "alpha" if abs(a) > abs(b) else "beta"
    out = {
        "predict": Answer(larger, None, foretold=["alpha", "beta"]),
        "slope_alpha": _number(
            a, swapped=b, other_rater=slope["human_alpha"], levels=_slope(d, "gpt4_alpha", "levels")
        ),
        "slope_beta": _number(
            b, alpha=a, other_rater=slope["human_beta"], levels=_slope(d, "gpt4_beta", "levels")
        ),
    }
    for name in ("alpha", "beta"):
        column, other = f"gpt4_{name}", "gpt4_beta" if name == "alpha" else "gpt4_alpha"
        out[f"sd_{name}"] = Answer(
            sd[column],
            0.0005,
            {"ddof": sd0[column], "swapped": sd[other], "variance": sd[column] ** 2},
        )
        out[f"per_sd_{name}"] = _number(
            slope[column] * sd[column], swapped=slope[other] * sd[other]
        )
    why = {"choice_scale": ["raters", "sample"]}
    return {**out, "why": Answer("unit", None, why)}


def _without(frame: pd.DataFrame, sector: str, x: str) -> float:
    return _slope(frame.drop(index=sector), x)


def _software(v: SimpleNamespace) -> dict[str, Answer]:
    d = _frame(v.country, v.start, v.end, [v.measure])
    every, left = _slope(d, v.measure), _without(d, "software_development", v.measure)
    zeroed = d.assign(change=d["change"].where(d.index != "software_development", 0))
    moved = left - every
    size = abs(left) - abs(every)
    word = "same" if abs(size) < 0.02 else "smaller" if size < 0 else "larger"
    return {
        "predict": Answer(word, None, foretold=["smaller", "larger", "same"]),
        "slope_all": _number(every, swapped=left),
        "slope_without": _number(
            left,
            all=every,
            wrong_sector=_without(d, "mathematics", v.measure),
            outcome_only=_slope(zeroed, v.measure),
        ),
        "moved": Answer(moved, 0.003, {"sign": -moved, "log10": moved / math.log(10), "added": left + every}),
        "sectors": Answer(len(d) - 1, 0.5, {}),
    }  # fmt: skip


def _placebo(v: SimpleNamespace) -> dict[str, Answer]:
    index = _logs(v.country)
    other = _other_rater(v.measure)
    score = table("sectors").set_index("sector")[[v.measure, other]]
    months = ["2020-11", "2021-11", "2022-11", "2023-11"]
    logs = np.log(index[months]).join(score).dropna()

    def slope(start: str, end: str, measure: str = v.measure) -> float:
        return _slope(logs.assign(change=logs[end] - logs[start]), measure)

    after, before = slope("2022-11", "2023-11"), slope("2021-11", "2022-11")
    placebo = logs.assign(change=logs["2022-11"] - logs["2021-11"])
    fit = smf.ols(f"change ~ {v.measure}", placebo).fit(cov_type="HC3", use_t=True)
    early = "yes" if fit.pvalues[v.measure] < 0.05 else "no"
    opposite = "no" if early == "yes" else "yes"
    both = slope("2021-11", "2023-11")
    return {
        "after": _number(after, swapped=before, two_years=both),
        "before": _number(
            before,
            swapped=after,
            two_years=both,
            wrong_year=slope("2020-11", "2021-11"),
            other_rater=slope("2021-11", "2022-11", other),
        ),
        "difference": _number(after - before, added=after + before),
        "before_clear": Answer(early, None, {"wrong_year": [opposite]}),
        "reading": Answer("association", None, {"choice_cause": ["cause", "proof"]}),
    }


def _two_raters(v: SimpleNamespace) -> dict[str, Answer]:
    g, h = f"gpt4_{v.score}", f"human_{v.score}"
    d = _frame(v.country, v.start, v.end, [g, h])
    cov = d[[g, h, "change"]].cov()
    slope_g, slope_h = _slope(d, g), _slope(d, h)
    reliability, r = cov.loc[g, h] / cov.loc[g, g], d[g].corr(d[h])
    corrected = slope_g / reliability
    mean = _slope(d.assign(mean=(d[g] + d[h]) / 2), "mean")
    return {
        "slope_gpt4": _number(slope_g, swapped=slope_h),
        "slope_human": _number(slope_h, swapped=slope_g),
        "reliability": Answer(
            reliability, 0.004,
            {
                "correlation": r, "squared": r**2, "wrong_variance": cov.loc[g, h] / cov.loc[h, h],
                "ddof": reliability * len(d) / (len(d) - 1),
            },
        ),
        "corrected": _number(
            corrected, multiplied=slope_g * reliability,
            swapped=cov.loc["change", h] / cov.loc[g, h], correlation=slope_g / r,
        ),
        "slope_mean": _number(mean, one_rater=slope_g, other_rater=slope_h),
    }  # fmt: skip


def _by_hand(v: SimpleNamespace) -> dict[str, Answer]:
    d = _frame(v.country, v.start, v.end, ["gpt4_beta", "gpt4_alpha"]).loc[v.sectors]
    fit = smf.ols("change ~ gpt4_beta", d).fit()
    slope, se, n = fit.params["gpt4_beta"], fit.bse["gpt4_beta"], len(d)
    x, y = d["gpt4_beta"], d["change"]
    robust = {c: fit.get_robustcov_results(c).bse[1] for c in ("HC0", "HC3")}
    return {
        "intercept": Answer(
            fit.params["Intercept"], SLOPE, {"sign": -fit.params["Intercept"], "swapped": slope}
        ),
        "slope": _number(
            slope,
            swapped=fit.params["Intercept"],
            ddof=slope * n / (n - 1),
            x_on_y=_slope(d, "change", "gpt4_beta"),
            origin=float(x @ y / (x @ x)),
            alpha=_slope(d, "gpt4_alpha"),
            levels=_slope(d, "gpt4_beta", "levels"),
        ),
        "se": Answer(
            se,
            0.001,
            {
                "ddof": [se * math.sqrt((n - 2) / n), se * math.sqrt((n - 2) / (n - 1))],
                "variance": se**2,
                "robust": [*robust.values()],
                "log10": se / math.log(10),
            },
        ),
        "r2": Answer(fit.rsquared, 0.003, {"r": [x.corr(y), abs(x.corr(y))]}),
    }


def _leave_one_out(v: SimpleNamespace) -> dict[str, Answer]:
    other = _other_rater(v.measure)
    d = _frame(v.country, v.start, v.end, [v.measure, other])
    every = _slope(d, v.measure)
    each = pd.Series({sector: _without(d, sector, v.measure) for sector in d.index})
    order = sorted(d.index)
    fewer = pd.Series([_slope(d.drop(index=order[: i + 1]), v.measure) for i in range(len(d) - 3)])
    moved = each - every
    most = moved.abs().idxmax()
    fit = smf.ols(f"change ~ {v.measure}", d).fit()
    residual = str(fit.resid.abs().idxmax())
    wrong = {"in_sample": [residual]} if residual != most else {}
    rater = [_without(d, s, other) for s in d.index]
    return {
        "low": _number(
            each.min(),
            swapped=each.max(),
            all=every,
            cumulative=fewer.min(),
            other_rater=min(rater),
        ),
        "high": _number(
            each.max(),
            swapped=each.min(),
            all=every,
            cumulative=fewer.max(),
            other_rater=max(rater),
        ),
        "most": Answer(most, None, wrong),
        "moved": Answer(
            moved[most], 0.003, {"sign": -moved[most], "log10": moved[most] / math.log(10)}
        ),
    }


def power_of(slope: float, se: float, n: int, level: float = 0.05) -> float:
    """Power of the two-sided t test of a slope with normal errors of one variance."""
    df = n - 2
    t = stats.t.ppf(1 - level / 2, df)
    shift = slope / se
    return float(stats.nct.sf(t, df, shift) + stats.nct.cdf(-t, df, shift))


def _power(v: SimpleNamespace) -> dict[str, Answer]:
    se = v.sd_u / (v.sd_x * math.sqrt(v.n - 1))
    root, square = math.sqrt(v.sd_u), v.sd_u**2
    out = {"slope": Answer([*v.slopes], 0.001)}
    for slope in v.slopes:
        power = power_of(slope, se, v.n)
        wrong = {
            "one_sided": power_of(slope, se, v.n, 0.1),
            "beta_error": 1 - power,
            "percent": 100 * power,
            "sd_as_variance": [
                power_of(slope, se * root / v.sd_u, v.n),
                power_of(slope, se * square / v.sd_u, v.n),
            ],
            "one_draw": [0.0, 1.0],
        }
        out[f"power@{slope}"] = Answer(power, 0.03, wrong, follows="slope")
    at_own = [power_of(slope, se, v.n) for slope in v.slopes]
    out["size"] = Answer(
        0.05, 0.015, {"no_null": at_own, "one_sided": 0.1, "beta_error": 0.95, "percent": 5.0}
    )
    t = stats.t.ppf([0.975, 0.8], v.n - 2).sum()
    out["detectable"] = Answer(
        t * se, 0.025, {"sign": -t * se, "factor_two": 2 * se, "percent": 100 * t * se}
    )
    return out


def _claim(v: SimpleNamespace) -> dict[str, Answer]:
    value = float(paper(v.key)["value"])
    return {
        "value": Answer(value, SLOPE, {"sign": -value, "percent": 100 * value}),
        "kind": Answer("association", None, {"choice_cause": ["cause", "causal", "effect"]}),
        "rival": Answer(RIVALS, None),
        "rival_key": by_rule("record_key"),
        "rival_value": by_rule("quoted"),
        "argument": by_rule("words"),
    }


def _own_postings(v: SimpleNamespace) -> dict[str, Answer]:
    rules = {
        "evidence": "evidence", "read": "sums", "kept": "sums", "set_aside": "sums",
        "table": "table", "slope": "own_slope", "cannot": "cannot",
    }  # fmt: skip
    return {name: by_rule(rule) for name, rule in rules.items()}


_OF: dict[str, Callable[[SimpleNamespace], dict[str, Answer]]] = {
    "e1": _alpha_beta, "e2": _software, "e3": _placebo, "e4": _two_raters, "e5": _by_hand,
    "e6": _leave_one_out, "e7": _power, "e8": _claim, "e9": _own_postings,
}  # fmt: skip
