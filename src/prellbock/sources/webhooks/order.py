"""All providers; a new one is a module beside this one and a line here (docs/how-to/add-a-source.md)."""

from prellbock.sources.webhooks import (
    azure,
    brevo,
    eventbridge,
    mailgun,
    mailjet,
    mandrill,
    postmark,
    resend,
    sendgrid,
    ses,
    sparkpost,
)
from prellbock.sources.webhooks.provider import Provider

PROVIDERS: dict[str, Provider] = {
    module.PROVIDER.name: module.PROVIDER
    for module in (
        ses,
        eventbridge,
        sendgrid,
        mailgun,
        postmark,
        sparkpost,
        mandrill,
        brevo,
        mailjet,
        resend,
        azure,
    )
}
