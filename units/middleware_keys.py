"""Names of what a session keeps; apart, because views and middleware both read them."""

IDLE_KEY, ACTING_KEY = "last_seen", "acting"
SINCE_KEY = "signed_in_since"
