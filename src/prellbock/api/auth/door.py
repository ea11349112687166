"""How a resource asks for those who may ask."""

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from prellbock.api.auth.access import Access

Door = NamedDependency[SkipValidation[Access]]
