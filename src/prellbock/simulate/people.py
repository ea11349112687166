"""What are the recipients called? Invented names; each number has its own."""

_FIRST = """
    anna ben clara david emma felix greta hannes ida jan katrin lukas marie nils olga paul ronja stefan tina udo
    vera werner yasmin zoe andreas birgit christian daniela erik franziska georg heike ingo julia karl lena markus
    nadine oliver petra rainer sabine thomas ursula volker wiebke alexander bianca carsten dirk elke frank gisela
    holger inge jens karin lars monika norbert pia ralf silke torsten
""".split()  # noqa: SIM905
_LAST = """
    mueller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schaefer koch bauer richter klein
    wolf schroeder neumann schwarz zimmermann braun krueger hofmann hartmann lange schmitt werner krause meier
    lehmann schmid schulze maier koehler herrmann koenig walter mayer huber kaiser fuchs peters lang scholz moeller
    weiss jung hahn schubert vogel friedrich keller guenther frank berger winkler roth beck lorenz baumann franke
    albrecht schuster simon ludwig boehm winter kraus martin schumacher kraemer vogt stein jaeger otto sommer gross
    seidel heinrich brandt haas schreiber graf dietrich ziegler kuhn kuehn pohl engel horn busch bergmann thomas
    voigt sauer arnold wolff pfeiffer ernst lindner bartels nowak petersen janssen wirth kern ulrich reuter barth
    hansen yilmaz kaya demir schuette noack wiese ott konrad brunner gebhardt schade harms thiel block bock kunze
    pape riedel
""".split()  # noqa: SIM905
_SEPARATOR = (".", ".", ".", "_")

_BITS = 13
_COUNT = 1 << _BITS
_FIRSTS, _LASTS = 64, 128

_NAMES = tuple(f"{_FIRST[low % _FIRSTS]}{_SEPARATOR[(low >> 7) % 4]}{_LAST[low // _FIRSTS]}" for low in range(_COUNT))
assert len(_FIRST) == _FIRSTS
assert len(_LAST) == _LASTS
assert len(set(_NAMES)) == _COUNT


def local_part(number: int) -> str:
    """The part before the @ of recipient ``number``; different numbers never share one."""
    # An odd factor makes a permutation of the 2**13 names, so that neighbours have nothing in common.
    name = _NAMES[(number * 2921 + 1361) & (_COUNT - 1)]
    return f"{name}{number >> _BITS}" if number >> _BITS else name


_FIRM = """
    bau metall holz druck reise energie technik garten optik textil moebel consult elektro musik sport wein
""".split()  # noqa: SIM905
_FORM = ("gmbh", "ag", "kg", "werk", "haus", "service", "partner", "gruppe")


def company_domain(number: int) -> str:
    """The domain of an invented company, under the top-level domain that RFC 2606 keeps for examples."""
    family = _LAST[(number * 37) % _LASTS]
    rest, firm = divmod(number // _LASTS, len(_FIRM))
    rest, form = divmod(rest, len(_FORM))
    return f"{family}-{_FIRM[firm]}-{_FORM[form]}{rest or ''}.example"
