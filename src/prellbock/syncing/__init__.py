"""The suppression lists that mail providers keep, read through their own APIs: one module for each provider.

What an entry means is said where lists are imported from files (`prellbock.sources.suppression_lists`); here stands
only how to get at it. Ids come from the entries alone, so reading a list again changes nothing.
"""

from prellbock.syncing import brevo, mailgun, postmark, sendgrid
from prellbock.syncing.provider import Provider

PROVIDERS: dict[str, Provider] = {
    "postmark": postmark.PROVIDER,
    "sendgrid": sendgrid.PROVIDER,
    "mailgun": mailgun.PROVIDER,
    "brevo": brevo.PROVIDER,
}
"""By the name that the command line takes."""
