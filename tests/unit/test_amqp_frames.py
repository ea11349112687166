"""Frames that are put together by hand are those that pamqp makes."""

from hypothesis import given
from hypothesis import strategies as st
from pamqp import body, commands, frame, header

from prellbock.sinks.brokers.amqp import Frames
from prellbock.sinks.message import CONTENT_TYPE, Message

exchanges = st.text("aZ0-_.:/ ", max_size=100)
short = st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=100)


@given(
    st.integers(1, 65_535), exchanges, short, short, st.binary(min_size=1, max_size=9000), st.sampled_from([0, 4096])
)
def test_a_publication_is_what_pamqp_makes_of_it(
    channel: int, exchange: str, key: str, recipient: str, text: bytes, most: int
) -> None:
    message = Message(7, "decision_7_c525791d6fc9376d", "io.prellbock.recipient.paused", recipient, text)
    properties = commands.Basic.Properties(
        content_type=CONTENT_TYPE, headers={"recipient": recipient}, delivery_mode=2, message_id=message.id,
        message_type=message.type,
    )  # fmt: skip
    size = most - 8 if most else len(text)
    expected = frame.marshal(commands.Basic.Publish(exchange=exchange, routing_key=key, mandatory=True), channel)
    expected += frame.marshal(header.ContentHeader(0, len(text), properties), channel)
    for begin in range(0, len(text), size):
        expected += frame.marshal(body.ContentBody(text[begin : begin + size]), channel)
    assert Frames(channel, most, exchange, key).of(message) == expected
