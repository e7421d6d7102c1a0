"""The demo district: 57 units, their people, documents in every state, a filled archive (issue 2, point 9).

Everything is done by the product's own actions and transitions, by a person who holds the post for it.
`seeding.seed_first` brings what the site needs to be looked at; the background job "demo" brings the rest.
"""
