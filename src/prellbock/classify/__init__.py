"""From a delivery event to a verdict: normalise, scan, decide between the matching rules, fall back on codes."""
