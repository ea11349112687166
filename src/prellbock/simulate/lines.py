"""Events as NDJSON lines, written by hand: this is where the time of the simulation goes."""

from typing import NamedTuple

import orjson

from prellbock.simulate.attempts import Step
from prellbock.simulate.clock import SECONDS, Clock
from prellbock.simulate.dice import I64, U64, Dice
from prellbock.simulate.people import local_part
from prellbock.simulate.providers import HOSTS
from prellbock.simulate.wording import fill
from prellbock.simulate.world import World

MOST_STEPS = 32
"""More events than a message can have; keeps their ids apart."""


class Stream(NamedTuple):
    """A kind of mail of the simulated shop."""

    name: str
    weight: float
    """Share of the mail that is not a newsletter, in percent."""
    sender: str
    campaign: str
    """The template for mail that is sent all day; newsletters have the day of sending instead."""
    marketing: bool


STREAMS: tuple[Stream, ...] = (
    Stream("newsletter", 0, "b@news.example", "nl", True),
    Stream("order", 48, "b@m.example", "order-v4", False),
    Stream("shipping", 30, "b@m.example", "shipping-v2", False),
    Stream("password-reset", 12, "b@m.example", "reset-v3", False),
    Stream("account", 10, "b@m.example", "account-v1", False),
)

_ABSENT = (
    "Automatische Antwort: Ich bin bis zum 19. nicht im Haus",
    "Abwesenheitsnotiz: Urlaub, Ihre Nachricht wird nicht weitergeleitet",
    "Out of office: I am on leave and will answer when I am back",
    "Auto: Vielen Dank für Ihre Nachricht",
)


class Sent(NamedTuple):
    """A portion of messages, in order of time; times are milliseconds since the start."""

    numbers: I64
    recipients: I64
    times: I64
    streams: I64
    campaigns: list[str]
    """What is added to the campaign of the stream."""
    bits: U64


class Writer:
    """Writes the events of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._clock = Clock(world.start_second)
        self._event_ids = Dice(world.seed, "event ids")
        self._message_ids = Dice(world.seed, "message ids")
        self._host_of_domain = world.host_of_domain.tolist()
        # Everything of a line that depends on the stream alone, campaign aside.
        self._middle = [
            f'","sender":"{stream.sender}","stream":"{stream.name}","campaign":"{stream.campaign}' for stream in STREAMS
        ]
        self._accepted = [_around(HOSTS[host].accepted) for host in self._host_of_domain]

    def delivered(self, sent: Sent) -> list[bytes]:
        """Lines of messages that were accepted at the first attempt."""
        world, clock, seconds = self._world, self._clock, SECONDS
        domains, mx_of, accepted, middle = world.domains, world.mx, self._accepted, self._middle
        time = sent.times // 1000 + world.start_second
        lines = []
        for event_id, message_id, recipient, domain, minute, rest, stream, campaign, x in zip(
            self._event_ids.bits(sent.numbers * MOST_STEPS).tolist(),
            self._message_ids.bits(sent.numbers).tolist(),
            sent.recipients.tolist(),
            world.domain[sent.recipients].tolist(),
            (time // 60).tolist(),
            (time % 60).tolist(),
            sent.streams.tolist(),
            sent.campaigns,
            sent.bits.tolist(),
            strict=True,
        ):
            mx = mx_of[domain]
            head, second, tail = accepted[domain]
            stamp = minute * 60 + rest if second else ""
            lines.append(
                f'{{"id":"{event_id:016x}","time":"{clock[minute]}{seconds[rest]}",'
                f'"recipient":"{local_part(recipient)}@{domains[domain]}","outcome":"delivered",'
                f'"response":"{head}{stamp}{second}{x >> 24:010x}{tail}","mx":"{mx[x % len(mx)]}'
                f'{middle[stream]}{campaign}","message_id":"{message_id:016x}@m.example","attempt":1}}\n'.encode()
            )
        return lines

    def step(self, number: int, position: int, recipient: int, stream: int, campaign: str, step: Step) -> bytes:
        """The line of any event: the one at ``position`` (from 0) in the story of message ``number``."""
        world = self._world
        domain = int(world.domain[recipient])
        mx_hosts = world.mx[domain]
        event: dict[str, object] = {
            "id": f"{self._event_ids.at(number * MOST_STEPS + position):016x}",
            "time": self._clock.text(step.time),
            "recipient": world.address(recipient),
            "outcome": step.outcome,
        }
        mx = mx_hosts[step.bits % len(mx_hosts)]
        event.update(self._said(step, str(event["time"]), str(event["recipient"]), mx, STREAMS[stream].sender, domain))
        event["sender"] = STREAMS[stream].sender
        event["stream"] = STREAMS[stream].name
        event["campaign"] = STREAMS[stream].campaign + campaign
        event["message_id"] = f"{self._message_ids.at(number):016x}@m.example"
        if step.outcome in ("delivered", "deferred", "bounced"):
            event["attempt"] = step.attempt
        reply = step.reply
        if reply:
            if reply.status:
                event["status"] = reply.status
            if reply.smtp_code:
                event["smtp_code"] = reply.smtp_code
            if reply.stage:
                event["stage"] = reply.stage
        return orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)

    def _said(self, step: Step, time: str, rcpt: str, mx: str, sender: str, domain: int) -> dict[str, object]:
        if step.outcome == "delivered":
            second = self._world.start_second + step.time // 1000
            accepted = HOSTS[self._host_of_domain[domain]].accepted
            return {"response": accepted.format(sec=second, b=f"{step.bits >> 24:010x}"), "mx": mx}
        if step.outcome == "auto_reply":
            return {"response": _ABSENT[step.bits % len(_ABSENT)]}
        if step.outcome == "complaint":
            return {"meta": {"feedback_type": "abuse"}}
        if step.reply is None:
            return {}
        more = {}
        if step.inner:
            inner = fill(step.inner, step.bits, time=time, rcpt=rcpt, mx=mx, sender=sender)
            more = {"last": inner, "attempts": str(step.attempt)}
        text = fill(step.reply, step.bits, time=time, rcpt=rcpt, mx=mx, sender=sender, **more)
        dead_domain = step.reply.category in ("unknown_domain", "domain_refuses_mail")
        return {"response": text} if dead_domain else {"response": text, "mx": mx}


def _around(accepted: str) -> tuple[str, str, str]:
    """The fixed parts of a reply: before the time, between time and id (empty without a time), after the id."""
    before, _, tail = accepted.partition("{b}")
    head, _, second = before.partition("{sec}")
    return head, second, tail
