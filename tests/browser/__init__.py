"""A package, so that its browser is closed before other tests begin: both need an event loop."""
