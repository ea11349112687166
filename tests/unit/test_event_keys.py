"""Keys of events: the same whichever way the batch they come in is worked on."""

from hypothesis import given
from hypothesis import strategies as st

from prellbock.events import DeliveryEvent
from prellbock.identity import Identity

_IDENTITY = Identity(bytes(range(32)))
_TIMELESS = DeliveryEvent(recipient="nobody@example.com", outcome="bounced")
"""Beside it no batch is ordinary, so that each time is written by itself."""
_TIMES = st.one_of(st.floats(0, 1e17), st.floats(), st.integers(0, 10**14).map(lambda ms: ms / 1000))


@given(st.lists(_TIMES, max_size=8))
def test_a_key_does_not_depend_on_the_company(times: list[float]) -> None:
    events = [DeliveryEvent(time=time, recipient="u@example.com", outcome="delivered") for time in times]
    beside = _IDENTITY.of_events([*events, _TIMELESS])
    assert [*_IDENTITY.of_events(events), _IDENTITY.of_event(_TIMELESS)] == beside
    assert [_IDENTITY.of_event(event) for event in events] == beside[:-1]


def test_keys_stay_what_is_stored() -> None:
    whole = DeliveryEvent(
        time=1772442000.014, recipient="u@example.com", outcome="bounced", response="550 nö\udc80", status="5.1.1",
        smtp_code=550, stage="rcpt", mx="mx.example.com", sender="a@shop.example", stream="news", campaign="spring",
        message_id="m@shop.example", attempt=2, feedback_type=None,
    )  # fmt: skip
    plain = DeliveryEvent(time=1772442000.0, recipient="u@example.com", outcome="delivered")
    named = DeliveryEvent(id="e1", time=1.0, recipient="u@example.com", outcome="delivered")
    assert _IDENTITY.of_events([whole, plain, named]) == [-5122344123376572979, 624724668676014378, 5067128565946128537]
