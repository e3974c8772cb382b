"""Comparing many answers with what they have to be, and saying all that differs at once."""

from collections.abc import Iterator
from typing import Any

from tests.live.expectations import count_values, differences

Json = Any


class Comparison:
    """Gathers what differs, and holds every list of a product to one order in all answers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers = 0
        self.values = 0
        self.found: list[str] = []
        self._orders: dict[tuple[str, str], list[Json]] = {}

    def add(self, expected: Json, actual: Json, path: str) -> None:
        self.answers += 1
        self.values += count_values(actual)
        self.found.extend(differences(expected, actual, path))
        if isinstance(actual, dict):
            self.found.extend(self._disorder(actual, path))

    def _disorder(self, product: Json, path: str) -> Iterator[str]:
        for name, key in (("variants", "id"), ("categories", "id"), ("tags", None)):
            if name in product:
                shown = [item[key] if key else item for item in product[name]]
                first = self._orders.setdefault((product["id"], name), shown)
                if shown != first:
                    yield f"{path}.{name}: once in the order {first}, now {shown}"
        for option in product.get("options", ()):
            chosen = [
                one["value"]
                for variant in product["variants"]
                for one in variant["options"]
                if one["name"] == option["name"]
            ]
            if option["values"] != list(dict.fromkeys(chosen)):
                yield f"{path}.options: {option} is not in the order of the variants"
        names = [option["name"] for option in product.get("options", ())]
        for variant in product.get("variants", ()) if names else ():
            own = [one["name"] for one in variant["options"]]
            if own != [name for name in names if name in own]:
                yield f"{path}: the options of a variant are {own}, of the product {names}"

    def close(self) -> None:
        print(f"\n{self.name}: {self.answers} products, {self.values} values")
        shown = "\n".join(self.found[:40])
        assert not self.found, f"{len(self.found)} differences\n{shown}"
