"""Where postings are: by city and role, with what the report prints about AI roles."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from llmexposure.simulation.tables import table

SERVICE = ("sales_business_development", "customer_service_operations")
GOODS = ("manufacturing", "logistics_procurement")


@dataclass(frozen=True)
class Cities:
    """Cities and what differs between them.

    Attributes
    ----------
    names
        In the order of the table.
    share
        Share of a role's postings by city (role, city); rows sum to 1.
    applications
        Applications of a posting relative to the role's mean (role, city).
    premium
        Log of pay relative to a middling city.
    """

    names: list[str]
    share: np.ndarray
    applications: np.ndarray
    premium: np.ndarray


def build_cities(categories: list[str], n_ai: int) -> Cities:
    """Cities for 13 categories followed by ``n_ai`` AI roles."""
    rows = table("cities")
    tilts = [_tilt(rows, category) for category in categories]
    share = rows["weight"].to_numpy() * np.exp(np.stack(tilts))
    share /= share.sum(axis=1, keepdims=True)
    postings, applicants = _spread(rows["ai_posting_share"]), _spread(rows["ai_applicant_share"])
    return Cities(
        names=list(rows["city"]),
        share=np.vstack([share, np.tile(postings, (n_ai, 1))]),
        applications=np.vstack([np.ones_like(share), np.tile(applicants / postings, (n_ai, 1))]),
        premium=rows["pay_premium"].to_numpy(),
    )


def _tilt(rows: pd.DataFrame, category: str) -> np.ndarray:
    """Log of how much more common the category is in each city: service centres, factory towns."""
    column = {**dict.fromkeys(SERVICE, "service_tilt"), **dict.fromkeys(GOODS, "goods_tilt")}
    return rows[column[category]].to_numpy() if category in column else np.zeros(len(rows))


def _spread(printed: pd.Series) -> np.ndarray:
    """Printed shares; what is left goes to the other cities in equal parts."""
    return printed.fillna((1 - printed.sum()) / printed.isna().sum()).to_numpy()
