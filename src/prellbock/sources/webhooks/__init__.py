"""Events that sending providers push to us over HTTP: one module a provider, listed in `order`."""
