"""What a mark has told already, and need not be marked once more when it is found. Pure.

A change that is marked again costs a fetch of all that shows it, and a call of everybody who keeps
copies. One that is taken for told and was not is an edit that nobody sees for an hour. So it has
to be certain, for every value that was fetched since the mark:

- It shows the document, and then its version was compared with the mark's: what is older is not
  kept as fresh. Versions must differ whenever the document does, which instants in whole seconds
  (Sanity's) do not.
- It names the document and could not find it, for the source was behind its own webhook: it is
  asked for again for `DOUBT` seconds. By then the source must have been seen to have it.
- It says that there is nothing: that is kept for half a minute only.
- It was found by a name, as pages and menus are, and nothing tells that another document belongs
  there: nothing is certain.

Medusa's webhooks tell no version, and `updated_at` cannot stand in for one. When a mark was stored
is told by our clock, when the shop was edited by Medusa's; and even if these agreed, a fetch
between the mark and the commit may have brought what was there before: a forwarder may be quicker
than the database, and `updated_at` is written down before the commit. Nor does the price of a
value, which comes without any instant, say which edit it is of. What Medusa is found to have
edited is therefore marked once more.
"""

from bff.domain.changes import Change, DocumentChanged
from bff.domain.marks import DOUBT, Mark


def was_told(change: Change, mark: Mark | None, now: float) -> bool:
    """Tell whether the newest mark on a document's tag has told of a change that was found.

    `now` is an instant on the clock of the mark's. The version has to be that one, not any from
    there on: of a document with several languages a lower one may be news. And it must not have
    been edited later: deleted and made anew, a document may begin to count again.
    """
    if mark is None or not isinstance(change, DocumentChanged) or not change.is_exact:
        return False
    told = mark.touched
    return (
        not change.is_gone
        and not told.is_gone
        and change.version is not None
        and change.version == told.version
        and change.changed_at is not None
        and told.changed_at is not None
        and change.changed_at <= told.changed_at
        and now - mark.marked_at < DOUBT
    )
