"""Whether the service was told to stop. From then on no more requests are to be sent to it."""

from bff.web.health import Check


class Ending:
    """Says at `/readyz` that the service is about to end, once `tell` was called."""

    def __init__(self) -> None:
        self.is_near = False

    def tell(self) -> None:
        """Let everybody know who asks from now on."""
        self.is_near = True

    @property
    def check(self) -> Check:
        """What `/readyz` looks at."""
        return Check("running", lambda: "stopping" if self.is_near else None, is_needed=True)
