"""nullmailer (https://untroubled.org/nullmailer/, ``src/dsn.cc``): a report with all fields, but one wrong word.

nullmailer writes only when it has given a message up, yet calls an expired 4xx ``delayed`` and promises a further
report that never comes.
"""

from collections.abc import Sequence
from typing import ClassVar

from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import sections
from prellbock.sources.mail.notice import Notice

SIGN = "This is the nullmailer delivery system"


class Nullmailer:
    """Reads the list of addresses; what was answered stands in the fields for machines."""

    name: ClassVar[str] = "nullmailer"
    signs: ClassVar[tuple[str, ...]] = (SIGN.lower(),)

    def read(self, notice: Notice) -> Sequence[Finding]:
        if not notice.text.lstrip().startswith(SIGN):
            return []
        return [Finding(recipient=address, text="", final=True) for address, _ in sections(notice.text)]
