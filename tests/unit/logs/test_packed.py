"""Logs that are packed: KumoMTA writes zstd, whose last frame may still be open."""

from pathlib import Path

import zstandard

from prellbock.sources.registry import read

LINE = (
    b'{"type":"Bounce","id":"%d","sender":"news@shop.example","recipient":"u%d@customer.example","queue":"customer.example",'
    b'"site":"mx.customer.example","size":100,"response":{"code":550,"enhanced_code":{"class":5,"subject":1,"detail":1},'
    b'"content":"User unknown","command":"RCPT TO"},"peer_address":{"name":"mx.customer.example","addr":"192.0.2.1"},'
    b'"timestamp":1767600000,"created":1767599990,"num_attempts":0}\n'
)


def test_kumomta_packed_with_zstd_is_recognised_and_read_to_the_end_of_an_open_frame(tmp_path: Path) -> None:
    lines = [LINE % (number, number) for number in range(1, 2001)]
    packer = zstandard.ZstdCompressor().compressobj()
    log = tmp_path / "20260105-080000"
    whole = zstandard.ZstdCompressor().compress(b"".join(lines[:1000]))
    is_open = packer.compress(b"".join(lines[1000:])) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    log.write_bytes(whole + is_open)
    batches = list(read(str(log), "auto", 1_800_000_000.0))
    assert not [bad for batch in batches for bad in batch.bad]
    found = [event for batch in batches for event in batch.events]
    assert [event.recipient for event in found] == [f"u{number}@customer.example" for number in range(1, 2001)]
    assert {(event.outcome, event.smtp_code, event.status) for event in found} == {("bounced", 550, "5.1.1")}
