"""Figures with their targets, and the table that shows them."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = (
    *("strawberry-graphql", "graphql-core", "fastapi", "uvicorn", "uvloop", "httptools"),
    *("httpx", "httpx-aiohttp", "aiohttp", "sniffio", "cachetools", "pydantic", "orjson"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. Without a bound it only explains others; an `aim` is no bound."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    aim: float | None = None

    @property
    def holds(self) -> bool:
        """Tell whether the target is reached."""
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def row(self) -> str:
        """Return one line of the table."""
        target = verdict = ""
        if self.at_most is not None:
            target = f"<= {self.at_most:g}"
        elif self.at_least is not None:
            target = f">= {self.at_least:g}"
        if target:
            verdict = "ok" if self.holds else "MISSED"
        elif self.aim is not None:
            target = f"aim {self.aim:g}"
        value = f"{self.value:.2f}" if self.value < 10 else f"{self.value:.1f}"
        return f"{self.name:<66}{value:>9} {self.unit:<8}{target:>9}  {verdict}".rstrip()


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that were measured together, and how."""

    title: str
    how: str
    figures: Sequence[Figure]

    def text(self) -> str:
        """Return the section of the table."""
        return "\n".join([self.title, *(f"  {figure.row()}" for figure in self.figures), self.how])


def p95(samples: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(samples, n=20, method="inclusive")[-1]


def surroundings() -> str:
    """Say on what the figures were taken, and how busy it was."""
    return f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {load()}\n" + ", ".join(
        f"{name} {_version(name)}" for name in _PACKAGES
    )


def load() -> str:
    """Return the load average of the last minutes."""
    return "load " + " ".join(f"{average:.2f}" for average in os.getloadavg())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
