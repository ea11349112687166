"""Where does a policy come from? From the presets that are shipped, or from a file of one's own."""

from functools import lru_cache
from pathlib import Path

from prellbock.history.model import Policy
from prellbock.history.policy_toml import read_text
from prellbock.rules.model import Place, Problem, RuleError

__all__ = ["DEFAULT", "Policy", "find", "preset", "preset_text", "presets"]

_FOLDER = Path(__file__).parent / "presets"


def presets() -> list[str]:
    """The names of the policies that are shipped, the default first."""
    return sorted((file.stem for file in _FOLDER.glob("*.toml")), key=lambda name: (name != "default", name))


def preset_text(name: str) -> str:
    """The file of a preset. Raises KeyError for a name that is not in `presets`."""
    if name not in presets():
        raise KeyError(name)
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@lru_cache(32)
def preset(name: str) -> Policy:
    """A policy that is shipped. Raises KeyError for a name that is not in `presets`."""
    return read_text(f"{name}.toml", preset_text(name))


def find(wanted: str) -> tuple[Policy, str]:
    """The policy of a preset's name or of a file's path, and its text. Raises `RuleError`."""
    if wanted in presets():
        return preset(wanted), preset_text(wanted)
    try:
        content = Path(wanted).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = f"there is no such file ({getattr(error, 'strerror', None) or error}), and no preset of this name; " \
              f"there are {', '.join(presets())}"  # fmt: skip
        raise RuleError([Problem(Place(wanted, 0), None, None, why)]) from error
    return read_text(wanted, content), content


DEFAULT = preset("default")
"""The default history policy of the product."""
