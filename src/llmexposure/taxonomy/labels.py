"""Short names for axes and tables."""

from llmexposure.taxonomy.groups import read_major_groups
from llmexposure.taxonomy.sectors import read_sectors


def group_labels() -> dict[str, str]:
    """Major group code to its short label."""
    return read_major_groups().set_index("major_group")["label"].to_dict()


def sector_labels() -> dict[str, str]:
    """Indeed sector key to the name that Indeed prints."""
    return read_sectors().set_index("sector")["label"].to_dict()
