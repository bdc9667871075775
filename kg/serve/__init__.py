"""A SPARQL 1.1 endpoint for one built graph, safe to leave open on one's own computer.

`protocol` reads requests, `negotiation` chooses formats, `answers` evaluates (in a `worker`
process that `pool` can kill), `snapshots` holds the build that is served, `description` and `pages`
say what is here, `app` joins them.
"""
