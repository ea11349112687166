"""A name server for the namespace of one mail server: every name has the address 192.0.2.1 and nothing else."""

import socket
import struct


def _answer(query: bytes) -> bytes:
    """RFC 1035 section 4.1: the header and the question come back, an A record follows where one was asked for."""
    at = 12
    while query[at]:
        at += query[at] + 1
    question = query[12 : at + 5]
    (kind,) = struct.unpack("!H", query[at + 1 : at + 3])
    record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + bytes([192, 0, 2, 1]) if kind == 1 else b""
    header = query[:2] + struct.pack("!HHHHH", 0x8580, 1, bool(record), 0, 0)
    return header + question + record


if __name__ == "__main__":
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    while True:
        asked, asker = server.recvfrom(1500)
        server.sendto(_answer(asked), asker)
