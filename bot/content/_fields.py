"""The fields of work that questions are written for, and how people call them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "architecture": "Architecture",
        "engineering": "Engineering",
        "design": "Design",
        "performing_arts": "Performing arts",
        "film_and_media": "Film and media",
        "writing_and_journalism": "Writing and journalism",
        "marketing_and_communication": "Marketing and communication",
        "management_and_consulting": "Management and consulting",
        "finance_and_accounting": "Finance and accounting",
        "human_resources": "Human resources",
        "sales": "Sales",
        "software_and_it": "Software and IT",
        "data_and_mathematics": "Data and mathematics",
        "life_sciences": "Life sciences",
        "physical_and_environmental_sciences": "Physical and environmental sciences",
        "social_science_and_policy": "Social science and policy",
        "medicine_and_nursing": "Medicine and nursing",
        "allied_health": "Therapy and other health work",
        "counseling_and_social_work": "Counseling and social work",
        "nonprofit_and_community": "Nonprofit and community work",
        "teaching": "Teaching",
        "libraries_and_museums": "Libraries and museums",
        "law": "Law",
        "public_safety_and_military": "Public safety and the military",
        "construction_and_trades": "Construction and trades",
        "production_and_repair": "Production and repair",
        "agriculture_and_food": "Agriculture and food",
        "hospitality_and_travel": "Hospitality and travel",
        "transport_and_logistics": "Transport and logistics",
        "sports_and_personal_services": "Sports and personal services",
        "office_administration": "Office and administration",
    }
)
"""Each field's id, which content names, and its label for members; in the order of menus."""
