"""What an operator can set: the settings, how they are read, and their table for the README."""

from bff.settings.loading import SettingsProblem, load_settings
from bff.settings.model import CacheSettings, ContentSettings, MergeSettings, Settings
from bff.settings.policy import merge_policy
from bff.settings.table import SettingRow, settings_rows, settings_table
from bff.settings.variables import OddVariable, odd_variables

__all__ = [
    "CacheSettings",
    "ContentSettings",
    "MergeSettings",
    "OddVariable",
    "SettingRow",
    "Settings",
    "SettingsProblem",
    "load_settings",
    "merge_policy",
    "odd_variables",
    "settings_rows",
    "settings_table",
]
