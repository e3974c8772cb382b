"""The only caller of other people's HTTP services: deadline, error mapping, JSON to models.

`open_client` makes the production client (httpx over aiohttp, a third of the processor time of
httpx as it comes). `Upstream` asks through any `httpx.AsyncClient`, so that tests and the demo
can put in another one. A `Guard` around it retries, limits and leaves alone.
"""

from bff.upstream.asking import Notice, Question, Upstream
from bff.upstream.client import open_client
from bff.upstream.guard import Guard
from bff.upstream.off_loop import off_loop
from bff.upstream.together import together

__all__ = ["Guard", "Notice", "Question", "Upstream", "off_loop", "open_client", "together"]
