"""What an operator can set: the settings, how they are read, and their table for the README."""

from bff.settings.cache import CacheSettings, RedisSettings
from bff.settings.content import ContentSettings
from bff.settings.loading import SettingsProblem, load_settings
from bff.settings.merging import MergeSettings
from bff.settings.model import Settings
from bff.settings.notes import settings_notes
from bff.settings.policy import group_policy, merge_policy, source_order
from bff.settings.table import SettingRow, settings_rows, settings_table
from bff.settings.urls import UrlSettings
from bff.settings.variables import OddVariable, odd_variables

__all__ = [
    "CacheSettings",
    "ContentSettings",
    "MergeSettings",
    "OddVariable",
    "RedisSettings",
    "SettingRow",
    "Settings",
    "SettingsProblem",
    "UrlSettings",
    "group_policy",
    "load_settings",
    "merge_policy",
    "odd_variables",
    "settings_notes",
    "settings_rows",
    "settings_table",
    "source_order",
]
