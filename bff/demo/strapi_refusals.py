"""How the embedded Strapi refuses, in the words of version 5 or 4."""

from bff.demo.catalogue import Entity

_FIVE = 5


class Refusal(Exception):
    """A request is refused, with Strapi's status and its own name of the error."""

    def __init__(
        self, status: int, name: str, message: str, details: Entity | None = None
    ) -> None:
        super().__init__(name)
        self.status, self.name, self.message = status, name, message
        self.details = {} if details is None else details

    @property
    def body(self) -> Entity:
        """What Strapi answers."""
        error: Entity = {"status": self.status, "name": self.name, "message": self.message}
        return {"data": None, "error": {**error, "details": self.details}}


def forbidden() -> Refusal:
    """Return the refusal of who may not read, or says nothing of who it is."""
    return Refusal(403, "ForbiddenError", "Forbidden")


def unauthorized() -> Refusal:
    """Return the refusal of a token or session that nobody knows, or no longer."""
    return Refusal(401, "UnauthorizedError", "Missing or invalid credentials")


def not_found() -> Refusal:
    """Return what is answered where nothing is."""
    return Refusal(404, "NotFoundError", "Not Found")


def too_many() -> Refusal:
    """Return the refusal of one login too many."""
    return Refusal(429, "RateLimitError", "Too many requests, please try again later.")


def broken() -> Refusal:
    """Return what a database's complaint becomes, such as of a word where a number belongs."""
    return Refusal(500, "InternalServerError", "Internal Server Error")


def invalid(message: str) -> Refusal:
    """Return the refusal of what cannot be read."""
    return Refusal(400, "ValidationError", message)


def unknown_key(version: int, param: str, key: str, above: str = "") -> Refusal:
    """Return the refusal of a name that the model does not have, or of an operator.

    `above` is the path of what it was looked for in. Version 4 says less.
    """
    if version != _FIVE:
        return invalid(f"Invalid parameter {key}")
    path = f"{above}.{key}" if above else None
    details = {"key": key, "path": path, "source": "query", "param": param}
    return Refusal(400, "ValidationError", f"Invalid key {key}", details)


def misplaced(version: int, key: str, attribute: str) -> Refusal:
    """Return the refusal of an operator below a filter's attribute."""
    if version != _FIVE:
        return invalid(f"Invalid parameter {key}")
    details = {"key": key, "path": attribute, "source": "query", "param": "filters"}
    return Refusal(400, "ValidationError", f"Invalid key {key} at {attribute}", details)
