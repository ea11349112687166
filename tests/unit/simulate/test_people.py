from prellbock.addresses import canonical
from prellbock.simulate.people import company_domain, local_part


def test_no_two_recipients_share_a_name() -> None:
    assert len({local_part(number) for number in range(50_000)}) == 50_000


def test_addresses_are_canonical() -> None:
    for number in range(0, 20_000, 7):
        address = f"{local_part(number)}@{company_domain(number)}"
        assert canonical(address) == address


def test_companies_have_domains_of_their_own() -> None:
    assert len({company_domain(number) for number in range(20_000)}) == 20_000
