"""Short names for axes and tables."""

from llmexposure.data.taxonomy.groups import read_major_groups
from llmexposure.data.taxonomy.sectors import read_sectors


def group_labels() -> dict[str, str]:
    """Major group code to its short label."""
    return read_major_groups().set_index("major_group")["label"].to_dict()


def sector_labels() -> dict[str, str]:
    """Indeed sector key to the name that Indeed prints."""
    return read_sectors().set_index("sector")["label"].to_dict()


def category_labels_en() -> dict[str, str]:
    """Category key to a short English label for axes."""
    return {
        "editing_translation": "Editing",
        "customer_service_operations": "Customer service",
        "sales_business_development": "Sales",
        "finance_insurance": "Finance",
        "marketing_brand_pr": "Marketing",
        "software_hardware_rd": "Software",
        "it_operations_testing": "IT operations",
        "hr_admin_finance_legal": "Administration",
        "education_training_research": "Education",
        "visual_interaction_design": "Design",
        "manufacturing": "Manufacturing",
        "logistics_procurement": "Logistics",
        "life_services": "Consumer services",
    }
